import type { INestApplicationContext } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '#database/connection/database.js';
import { leadEligibility } from '#database/statements/engine/eligibility/eligibility.js';
import { preflight } from '#database/statements/engine/eligibility/preflight.js';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { GATE_NAMES, GATES, GATES_AT_PREFLIGHT, type Gate } from '#rules/gate/gate.js';
import { startEngine } from '../support/engine.js';
import { addAttempt } from '../support/furnished-campaign.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { AT_ANY_HOUR, dramaNumber } from '../support/running-api.js';
import { SteppedLead } from '../support/stepped-lead.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const NUMBER = dramaNumber(0);
/** Rounds of claiming and placing while a gate is shut. A lead that comes back at once would be claimed in each. */
const ROUNDS = 3;

interface Site {
  readonly database: TestDatabase;
  readonly lead: SteppedLead;
}

/** Shuts a gate for the lead of a site. A gate that is missing here does not compile. */
const SHUT: Readonly<Record<Gate, (site: Site) => Promise<unknown>>> = {
  number_kind: ({ database }) => database.query(`UPDATE areas SET number_kind = 'premium_rate'`),
  country_not_allowed: ({ database }) => database.query(`UPDATE installation SET allowed_countries = '["FR"]'`),
  outside_window: ({ database }) =>
    database.query(
      `UPDATE campaign_hours SET opens_at = now() + interval '1 hour', closes_at = now() + interval '2 hours'`,
    ),
  dnc: ({ database }) =>
    database.query(
      `INSERT INTO dnc_entries (tenant_id, phone_number, number_key, source, expires_at)
       VALUES ('t', $1, $1, 'manual', now() + interval '1 hour')`,
      [NUMBER],
    ),
  no_consent: ({ database }) => database.query(`UPDATE campaigns SET requires_consent = true`),
  no_disclosure: ({ database }) =>
    database.query(
      `WITH silent AS (UPDATE campaigns SET disclosure = '')
       UPDATE campaign_hours SET grounds = grounds || '{"asks": ["disclosure"]}'`,
    ),
  min_gap: async (site) => {
    await callTwin(site, 'completed');
    await site.database.query(`UPDATE tenants SET min_gap_seconds = 3600`);
  },
  frequency_cap: async (site) => {
    await callTwin(site, 'completed');
    await site.database.query(`UPDATE tenants SET cap_attempts = 1, cap_days = 1`);
  },
  caller_ids_off: ({ database }) =>
    database.query(`INSERT INTO caller_ids (tenant_id, phone_number, is_active) VALUES ('t', '+442079461001', false)`),
  caller_ids_used: ({ database }) =>
    database.query(
      `INSERT INTO caller_ids (tenant_id, phone_number, daily_cap, used_on, used_calls)
       VALUES ('t', '+442079461001', 1, (now() AT TIME ZONE 'UTC')::date, 1)`,
    ),
  operator_calls_per_day: ({ database }) => database.query(`UPDATE tenants SET limit_calls_per_day = 0`),
  operator_concurrent_calls: ({ database }) => database.query(`UPDATE tenants SET limit_concurrent_calls = 0`),
  number_busy: (site) => callTwin(site, 'in_progress'),
};

/** Has another campaign call the number of the lead. */
async function callTwin({ database }: Site, call: 'completed' | 'in_progress'): Promise<void> {
  const [twin] = await database.query<{ id: string }>(
    `WITH campaign AS (
       INSERT INTO campaigns (tenant_id, name, status, system_prompt, voice_id, calling_window)
       VALUES ('t', 'Twin', 'running', 'Ask.', 'aria', $2) RETURNING id
     )
     INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key) SELECT 't', id, $1, $1 FROM campaign
     RETURNING id`,
    [NUMBER, AT_ANY_HOUR],
  );
  const isOver = call === 'completed';
  await addAttempt(database, twin!.id, {
    provider: 'obedient',
    job: isOver ? 'succeeded' : 'active',
    call,
    lead: isOver ? 'completed' : 'in_progress',
  });
}

describe('A gate', () => {
  const carrier = new ObedientCarrier();
  let database: TestDatabase;
  let engine: INestApplicationContext;
  let lead: SteppedLead;

  beforeEach(async () => {
    carrier.requests.length = 0;
    database = await createTestDatabase();
    engine = await startEngine(database.url, carrier);
    lead = await SteppedLead.create({ engine, database, carrier }, { maxRetries: 3, phoneNumber: NUMBER });
  });
  afterEach(async () => {
    await engine.close();
    await database.drop();
  });

  const jobs = () =>
    database.query<{ status: string; reason: string | null }>(
      `SELECT status, reason FROM dialer_jobs WHERE lead_id = $1 ORDER BY created_at`,
      [lead.leadId],
    );
  /** Claims what is due and places what was claimed, as worker and sweeper do. */
  const turn = async () => {
    await engine.get(Dispatcher).dispatch(lead.campaignId);
    await lead.dial({ isAnswered: true });
    await engine.get(Dispatcher).dispatch(lead.campaignId);
  };

  /** Makes the lead wait as before its claim, with its area known. */
  const unclaim = async () => {
    await lead.claim();
    await database.query(`DELETE FROM dialer_jobs`);
    await database.query(`UPDATE leads SET status = 'pending', next_attempt_at = now()`);
  };

  it('that is open lets the lead be called', async () => {
    await turn();
    expect(carrier.requests).toHaveLength(1);
  });

  it.each(GATE_NAMES)('that shuts after the claim takes back the one job of its lead: %s', async (gate) => {
    expect(await lead.claim()).toBeDefined();
    await SHUT[gate]({ database, lead });
    for (let round = 0; round < ROUNDS; round++) await turn();
    const isPostponed = GATES[gate].declined === 'postponed';
    expect(await jobs()).toEqual([{ status: isPostponed ? 'skipped' : 'canceled', reason: gate }]);
    expect(await lead.row()).toMatchObject({ status: 'pending', block_code: isPostponed ? gate : null });
    expect(carrier.requests).toEqual([]);
  });

  it.each(GATE_NAMES)('that is shut before the claim lets at most one job be made and no call: %s', async (gate) => {
    await unclaim();
    await SHUT[gate]({ database, lead });
    for (let round = 0; round < ROUNDS; round++) await turn();
    expect((await jobs()).length).toBeLessThanOrEqual(1);
    const blockCodes = ['lead', 'number'].includes(GATES[gate].scope) ? [gate] : [gate, null];
    expect(blockCodes).toContain((await lead.row())['block_code']);
    expect(carrier.requests).toEqual([]);
  });

  it.each(GATE_NAMES)('that is shut is named by the eligibility and the preflight of its lead: %s', async (gate) => {
    await unclaim();
    await SHUT[gate]({ database, lead });
    const { campaignId, leadId } = lead;
    const { eligibility, waiting } = await engine.get(Database).transaction(async (sql) => ({
      eligibility: await leadEligibility(sql, { tenantId: 't', campaignId, leadId }),
      waiting: await preflight(sql, campaignId),
    }));
    expect(GATE_NAMES.filter((name) => eligibility?.[name] !== null)).toEqual([gate]);
    expect(waiting).toMatchObject([{ shut: GATES_AT_PREFLIGHT.includes(gate) ? gate : null, contacts: 1 }]);
  });
});

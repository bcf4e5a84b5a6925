import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { addLeads } from '#database/statements/leads/add-leads.js';
import { addConsent } from '#dialer/people/add-consent.js';
import { putDncEntries, removeDncEntries, suppressListed } from '#database/statements/people/dnc.js';
import { removeLead } from '#database/statements/leads/leads.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';
import { settleAttempts } from '#database/statements/engine/settle/settle-attempts.js';
import { resettleLeads } from '#dialer/settle/resettle-leads.js';
import type { CallReport } from '#rules/call/call-report.js';
import { setStage, type Stage } from '../engine/dialing/stage.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { createCampaign, type CampaignBody } from '../support/running-api.js';
import { until } from '../support/until.js';

interface Contact {
  readonly id: string;
  readonly phone_number: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly call_attempts: number;
  readonly next_attempt_at: string | null;
  readonly block_code: string | null;
}

const TOMORROW = new Date(Date.now() + 86_400_000);
const CALL_BACK: Partial<CallReport> = { outcome: 'callback_requested', callbackAt: TOMORROW };

describe('A contact that is removed and added again', () => {
  let stage: Stage;
  let carrier: ObedientCarrier;
  let numbers = 0;
  beforeAll(async () => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier);
  });
  afterAll(() => stage.close());

  const nextNumber = () => `+4479111${String(numbers++).padStart(5, '0')}`;
  const pathOf = (campaign: CampaignBody, contact: Contact) => `/campaigns/${campaign.id}/contacts/${contact.id}`;
  const now = async (campaign: CampaignBody, contact: Contact) =>
    (await stage.client.get<{ contact: Contact }>(pathOf(campaign, contact))).body.contact;
  const remove = async (campaign: CampaignBody, contact: Contact) =>
    expect((await stage.client.delete(pathOf(campaign, contact))).status).toBe(204);
  const requestTo = (number: string) => carrier.requests.findLast(({ to }) => to === number)!;
  const requestsTo = (number: string) => carrier.requests.filter(({ to }) => to === number).length;
  const add = async (campaign: CampaignBody, phone_number: string) =>
    (await stage.client.post<{ contact: Contact }>(`/campaigns/${campaign.id}/contacts`, { phone_number })).body
      .contact;

  /** Starts a campaign with one contact, whose call is live. */
  async function inCall(fields: Record<string, unknown> = {}): Promise<{ campaign: CampaignBody; contact: Contact }> {
    const campaign = await createCampaign(stage.client, fields);
    const contact = await add(campaign, nextNumber());
    await stage.client.post(`/campaigns/${campaign.id}/start`);
    await until('it is dialed', async () => requestsTo(contact.phone_number) === 1);
    return { campaign, contact };
  }

  async function end(contact: Contact, status: 'completed' | 'no_answer' | 'busy', facts: Partial<CallReport>) {
    const { dialerJobId } = requestTo(contact.phone_number);
    carrier.report(eventOf(dialerJobId, status, facts));
    await until('its job has ended', async () => {
      const jobs = await stage.database.query(`SELECT FROM dialer_jobs WHERE id = $1 AND finished_at IS NOT NULL`, [
        dialerJobId,
      ]);
      return jobs.length === 1;
    });
  }

  async function importRows(campaign: CampaignBody, number: string, query = '') {
    const response = await fetch(`${stage.client.origin}/api/v1/campaigns/${campaign.id}/imports${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.client.token}`, 'content-type': 'text/csv' },
      body: `phone\n${number}\n`,
    });
    const { import: sent } = (await response.json()) as { import: { id: string } };
    await until('the file is read', async () => {
      const { body } = await stage.client.get<{ import: { status: string } }>(`/imports/${sent.id}`);
      return body.import.status === 'completed';
    });
  }

  const WAYS: Record<string, (campaign: CampaignBody, number: string) => Promise<unknown>> = {
    alone: add,
    'in a bulk': (campaign, phone_number) =>
      stage.client.post(`/campaigns/${campaign.id}/contacts/bulk`, { contacts: [{ phone_number }] }),
    'by a file': (campaign, number) => importRows(campaign, number),
    'by a file that updates': (campaign, number) => importRows(campaign, number, '?on_duplicate=update'),
  };
  const ENDS = {
    callback_requested: ['completed', CALL_BACK],
    voicemail: ['completed', { answeredBy: 'machine', outcome: 'voicemail' }],
    no_answer: ['no_answer', { outcome: 'no_answer' }],
    busy: ['busy', { outcome: 'busy' }],
  } as const;

  describe.each(Object.keys(WAYS))('%s', (way) => {
    it.each(Object.keys(ENDS) as (keyof typeof ENDS)[])('waits as it had to after %s', async (outcome) => {
      const { campaign, contact } = await inCall();
      const [ended, facts] = ENDS[outcome];
      await end(contact, ended, facts);
      const before = await now(campaign, contact);
      expect(before).toMatchObject({ status: 'pending', outcome, call_attempts: 1 });
      expect(Date.parse(before.next_attempt_at!)).toBeGreaterThan(Date.now());
      await remove(campaign, contact);
      await WAYS[way]!(campaign, contact.phone_number);
      const { status, next_attempt_at, call_attempts } = await now(campaign, contact);
      expect({ status, outcome, next_attempt_at, call_attempts }).toEqual({
        status: 'pending',
        outcome,
        next_attempt_at: before.next_attempt_at,
        call_attempts: 1,
      });
      expect(requestsTo(contact.phone_number)).toBe(1);
    });
  });

  it('keeps the call-back that was promised, though its retries are used up', async () => {
    const { campaign, contact } = await inCall({ max_retries: 0 });
    await end(contact, 'completed', CALL_BACK);
    await remove(campaign, contact);
    expect(await add(campaign, contact.phone_number)).toMatchObject({
      status: 'pending',
      next_attempt_at: TOMORROW.toISOString(),
    });
  });

  it.each([
    ['reached', { answeredBy: 'human', outcome: 'reached' }, 'completed', {}],
    [
      'a voicemail after which the policy has no retry',
      ENDS.voicemail[1],
      'exhausted',
      { retry_policy: { voicemail: { delays_seconds: [] } } },
    ],
    ['a voicemail with all attempts used', ENDS.voicemail[1], 'exhausted', { max_retries: 0 }],
    ['a bad number', { outcome: 'bad_number' }, 'invalid', {}],
    [
      'a retry after the end of the campaign',
      ENDS.voicemail[1],
      'expired',
      { end_at: new Date(Date.now() + 3_600_000).toISOString() },
    ],
  ] as const)('stays what it was after %s, and only a redial calls it again', async (_, facts, status, fields) => {
    const { campaign, contact } = await inCall(fields);
    const other = await add(campaign, nextNumber());
    await end(contact, 'completed', facts);
    expect(await now(campaign, contact)).toMatchObject({ status });
    await remove(campaign, contact);
    await stage.client.patch(`/campaigns/${campaign.id}`, { max_retries: 5 });
    expect(await add(campaign, contact.phone_number)).toMatchObject({ id: contact.id, status, next_attempt_at: null });
    expect([requestsTo(contact.phone_number), await now(campaign, other)]).toEqual([1, expect.anything()]);
  });

  it('goes back to its call while that is on the line, and where the call leads once it has ended', async () => {
    const { campaign, contact } = await inCall();
    await remove(campaign, contact);
    expect(await add(campaign, contact.phone_number)).toMatchObject({ status: 'in_progress' });
    expect(await stage.client.get(`/campaigns/${campaign.id}/stats`)).toMatchObject({
      body: { job_status_counts: { active: 1 } },
    });
    await end(contact, 'completed', { answeredBy: 'human', outcome: 'reached' });
    expect(await now(campaign, contact)).toMatchObject({ status: 'completed', outcome: 'reached' });
  });

  it.each([
    ['completed', { answeredBy: 'human', outcome: 'reached' }, 'completed', null],
    ['completed', CALL_BACK, 'pending', TOMORROW.toISOString()],
  ] as const)('takes over what its call came to while it was away (%s, %j)', async (ended, facts, status, at) => {
    const { campaign, contact } = await inCall();
    await remove(campaign, contact);
    await end(contact, ended, facts);
    expect(await add(campaign, contact.phone_number)).toMatchObject({ status, next_attempt_at: at });
  });

  it('takes over what is reported of its call only after it was removed', async () => {
    const { campaign, contact } = await inCall();
    await end(contact, 'no_answer', { outcome: 'no_answer' });
    await remove(campaign, contact);
    const { dialerJobId } = requestTo(contact.phone_number);
    carrier.report(eventOf(dialerJobId, 'no_answer', { reportKey: 'late', ...CALL_BACK }));
    await until('the report is noted', async () => {
      const rows = await stage.database.query(
        `SELECT FROM calls WHERE outcome = 'callback_requested' AND dialer_job_id = $1`,
        [dialerJobId],
      );
      return rows.length === 1;
    });
    expect(await add(campaign, contact.phone_number)).toMatchObject({ next_attempt_at: TOMORROW.toISOString() });
  });

  it('is due again when it was removed while it was due: removal costs no wait', async () => {
    const campaign = await createCampaign(stage.client);
    const contact = await add(campaign, nextNumber());
    await remove(campaign, contact);
    await add(campaign, contact.phone_number);
    await stage.client.post(`/campaigns/${campaign.id}/start`);
    await until('it is dialed', async () => requestsTo(contact.phone_number) === 1);
  });

  it('keeps its call-back while its number is put on the do-not-call list and taken off it again', async () => {
    const { campaign, contact } = await inCall();
    await end(contact, 'completed', CALL_BACK);
    for (const expires_at of [null, '2099-01-01T00:00:00Z']) {
      await stage.client.post('/dnc', { phone_number: contact.phone_number, expires_at });
      await stage.client.delete(`/dnc/${encodeURIComponent(contact.phone_number)}`);
      expect(await now(campaign, contact)).toMatchObject({
        status: 'pending',
        next_attempt_at: TOMORROW.toISOString(),
      });
    }
  });

  it('waits no longer for a consent that has come while it was away', async () => {
    const campaign = await createCampaign(stage.client, { requires_consent: true });
    const contact = await add(campaign, nextNumber());
    await stage.database.query(
      `UPDATE leads SET block_code = 'no_consent', next_attempt_at = 'infinity' WHERE id = $1`,
      [contact.id],
    );
    await remove(campaign, contact);
    await stage.client.post('/consents', { phone_number: contact.phone_number, source: 'form', channel: 'web' });
    const again = await add(campaign, contact.phone_number);
    expect([again.status, again.block_code, again.next_attempt_at]).toEqual(['pending', null, expect.any(String)]);
  });

  describe('whatever happens in between', () => {
    const STEPS = [
      'remove',
      'add',
      'list',
      'list for a while',
      'unlist',
      'consent',
      'release',
      'settle',
      'correct',
    ] as const;
    const step = fc.record({ kind: fc.constantFrom(...STEPS), minutes: fc.integer({ min: 1, max: 3_000 }) });

    it('is never due earlier than one that stayed', async () => {
      const database = stage.worker.get(Database);
      const { tenant_id } = (await stage.client.get<{ tenant_id: string }>('/auth/me')).body;
      const [campaigns, places] = await twins(stage);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          const number = nextNumber();
          for (const campaignId of campaigns)
            await addTo(database, { campaignId, tenantId: tenant_id, number, places });
          for (const one of steps) {
            await database.transaction((sql) => carryOut(sql, one, { campaigns, tenantId: tenant_id, number, places }));
          }
          await addTo(database, { campaignId: campaigns[1]!, tenantId: tenant_id, number, places });
          const [stayed, left] = await dueTimes(stage, campaigns, number);
          expect(left).toBeGreaterThanOrEqual(stayed!);
        }),
        { numRuns: 150 },
      );
    });
  });
});

interface Twins {
  readonly campaigns: readonly string[];
  readonly tenantId: string;
  readonly number: string;
  readonly places: number;
}

/**
 * Creates two campaigns that never dial. Leads of the first one stay; those of the second are removed and added again.
 */
async function twins(stage: Stage): Promise<[string[], number]> {
  const ids = [];
  for (const name of ['stays', 'goes']) ids.push((await createCampaign(stage.client, { name })).id);
  await stage.client.post(`/campaigns/${ids[0]}/contacts`, { phone_number: '+442079460999' });
  const [place] = await stage.database.query<{ id: number }>('SELECT id FROM areas LIMIT 1');
  return [ids, place!.id];
}

async function addTo(
  sql: Sql,
  { campaignId, tenantId, number, places }: { campaignId: string; tenantId: string; number: string; places: number },
): Promise<void> {
  const blank = { first_name: null, last_name: null, email: null, custom_fields: {}, timezone: null };
  const lead = { ...blank, phone_number: number, area_id: places, person_hashes: ['00'] };
  await addLeads(sql, { campaignId, tenantId, leads: [lead] });
}

interface Step {
  readonly kind: string;
  readonly minutes: number;
}

/** Carries out one step: removal and addition concern the second campaign alone, everything else concerns both. */
async function carryOut(
  sql: Sql,
  { kind, minutes }: Step,
  { campaigns, tenantId, number, places }: Twins,
): Promise<void> {
  const at = new Date(Date.now() + minutes * 60_000).toISOString();
  const entry = { phone_number: number, reason: null, source: 'manual', expires_at: null } as const;
  const leads = await sql.run<{ id: string; campaign_id: string; standing: string }>(LEADS, [campaigns, number]);
  switch (kind) {
    case 'remove':
      for (const { id, campaign_id } of leads.filter((lead) => lead.campaign_id === campaigns[1]))
        await removeLead(sql, { tenantId, campaignId: campaign_id, leadId: id });
      return;
    case 'add':
      return addTo(sql, { campaignId: campaigns[1]!, tenantId, number, places });
    case 'list':
    case 'list for a while':
      await putDncEntries(sql, { tenantId, isTest: false }, [{ ...entry, expires_at: kind === 'list' ? null : at }]);
      await suppressListed(sql, { tenantId, isTest: false }, [number]);
      return;
    case 'unlist':
      await removeDncEntries(sql, { tenantId, isTest: false, numbers: [number] });
      return;
    case 'consent': {
      await sql.run(BLOCK, [campaigns, number]);
      const consent = { phone_number: number, kind: 'given', source: 'form', channel: 'web' } as const;
      await addConsent(sql, tenantId, {
        ...consent,
        wording: null,
        evidence_url: null,
        given_at: null,
        expires_at: null,
      });
      return;
    }
    case 'release':
      return releaseBlocked(sql, { campaignIds: campaigns, gates: ['min_gap', 'no_consent'] });
    default:
      await settleBoth(sql, { leads, at, isLate: kind === 'correct' });
  }
}

/** Ends a call of each lead and lets both leads be called again at the same time. */
async function settleBoth(
  sql: Sql,
  { leads, at, isLate }: { leads: readonly { id: string; standing: string }[]; at: string; isLate: boolean },
): Promise<void> {
  if (!isLate && leads.some(({ standing }) => standing !== 'pending')) return;
  const attempts = [];
  for (const { id } of leads) {
    if (!isLate) await sql.run(IN_CALL, [id]);
    const [job] = isLate ? [] : await sql.run<{ id: string }>(JOB, [id]);
    const ended = { job_status: 'failed', reason: null, lead_status: 'pending', outcome: 'no_answer' } as const;
    attempts.push({ ...ended, dialer_job_id: job?.id ?? id, lead_id: id, next_attempt_at: at });
  }
  await (isLate ? resettleLeads(sql, attempts) : settleAttempts(sql, attempts));
}

const LEADS = {
  name: 'test-twins',
  text: `SELECT id, campaign_id, coalesce(removed_status, status) AS standing
    FROM leads WHERE campaign_id = ANY($1::uuid[]) AND phone_number = $2`,
};
const BLOCK = {
  name: 'test-block',
  text: `UPDATE leads SET block_code = 'no_consent', next_attempt_at = 'infinity'
    WHERE campaign_id = ANY($1::uuid[]) AND phone_number = $2 AND coalesce(removed_status, status) = 'pending'
      AND coalesce(retry_at, now()) <= now()`,
};
const IN_CALL = {
  name: 'test-in-call',
  text: `UPDATE leads SET status = CASE status WHEN 'pending' THEN 'in_progress' ELSE status END,
    removed_status = CASE status WHEN 'removed' THEN 'in_progress' END,
    call_attempts = call_attempts + 1 WHERE id = $1`,
};
const JOB = {
  name: 'test-job',
  text: `INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number,
    status, check_at, dialing_at, deadline_at)
    SELECT tenant_id, campaign_id, id, phone_number, 'active', now(), now(), now()
    FROM leads WHERE id = $1 RETURNING id`,
};

/** Reads when each lead is to be called next, as a number; `Infinity` for a lead that is not. */
async function dueTimes(stage: Stage, campaigns: readonly string[], number: string): Promise<number[]> {
  const rows = await stage.database.query<{ campaign_id: string; due: string }>(
    `SELECT campaign_id, extract(epoch FROM
       CASE WHEN status = 'pending' THEN greatest(next_attempt_at, now()) ELSE 'infinity' END)::text AS due
     FROM leads WHERE campaign_id = ANY($1::uuid[]) AND phone_number = $2`,
    [campaigns, number],
  );
  return campaigns.map((id) => Number(rows.find(({ campaign_id }) => campaign_id === id)!.due));
}

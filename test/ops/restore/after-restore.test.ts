import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListedCall } from '#telephony/port/telephony-provider.js';
import { openContext, type OpsContext } from '../../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../../apps/local/src/ops/run-ops.js';
import { furnishCampaign, type FurnishedCampaign } from '../../support/furnished-campaign.js';
import { eventOf, ObedientCarrier } from '../../support/obedient-carrier.js';
import { dramaNumber } from '../../support/running-api.js';
import { testConfig } from '../../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const BACKUP_AT = new Date(Date.now() - 3_600_000).toISOString();

/** A carrier that lists its calls. */
class ListingCarrier extends ObedientCarrier {
  calls: ListedCall[] = [];
  isSilent = false;

  async listCalls() {
    return this.isSilent
      ? ({ kind: 'unavailable', cause: 'HTTP 503' } as const)
      : ({ kind: 'listed', calls: this.calls } as const);
  }
}

let database: TestDatabase;
let carrier: ListingCarrier;
let context: OpsContext;
let campaign: FurnishedCampaign;

beforeEach(async () => {
  database = await createTestDatabase();
  carrier = new ListingCarrier();
  context = await openContext(testConfig(database.url), database.url, carrier);
  campaign = await furnishCampaign(database, { provider: carrier.name });
  await database.query(
    `UPDATE installation SET restored_at = now(), restore_signs = '["counter"]',
       dialing_halted_at = now(), dialing_halted_reason = 'database_restored'`,
  );
});

afterEach(async () => {
  await context.close();
  await database.drop();
});

async function ops(...argv: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const write = (more: string) => (text += `${more}\n`);
  const code = await runOps(argv, (work) => work(context), { print: write, complain: write });
  return { code, text };
}

function callTo(number: string, key: string): ListedCall {
  const createdAt = new Date(Date.now() - 1_800_000);
  const event = eventOf(key, 'completed', { answeredBy: 'human', durationSeconds: 30, occurredAt: createdAt });
  return { to: number, from: null, createdAt, dialerJobId: null, report: event };
}

const leadOf = async (id: string) =>
  (await database.query<Record<string, unknown>>(`SELECT * FROM leads WHERE id = $1`, [id]))[0]!;

describe('npm run ops -- after-restore', () => {
  it('writes a call down that the backup lacks, and calls the person no more', async () => {
    carrier.calls = [callTo(dramaNumber(3), 'lost-1'), callTo(dramaNumber(77), 'lost-2')];
    const dry = await ops('after-restore', '--backup-at', BACKUP_AT);
    expect(dry).toMatchObject({ code: 0, text: expect.stringContaining('Nothing is changed') });
    expect(await leadOf(campaign.waiting.leadId)).toMatchObject({ status: 'pending', call_attempts: 0 });

    await ops('after-restore', '--backup-at', BACKUP_AT, '--yes');
    expect(await leadOf(campaign.waiting.leadId)).toMatchObject({ status: 'completed', call_attempts: 1 });
    const [call] = await database.query(
      `SELECT status, outcome, end_reason, provider_call_id FROM calls WHERE lead_id = $1`,
      [campaign.waiting.leadId],
    );
    expect(call).toEqual({
      status: 'completed',
      outcome: 'reached',
      end_reason: 'found_after_restore',
      provider_call_id: 'call-lost-1',
    });
    const again = await ops('after-restore', '--backup-at', BACKUP_AT, '--yes');
    expect(again.text).toMatch(/obedient\W+2\W+1\W+0\W+1\W+0/);
  });

  it('holds the leads of a provider that cannot be asked for a day', async () => {
    carrier.isSilent = true;
    const { text } = await ops('after-restore', '--backup-at', BACKUP_AT, '--yes');
    expect(text).toContain('could not be asked (HTTP 503)');
    const lead = await leadOf(campaign.waiting.leadId);
    expect(lead).toMatchObject({ status: 'pending', block_code: 'held_after_restore' });
    expect(+(lead['next_attempt_at'] as Date)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  });

  it('releases nothing before the providers were asked, unless it is told to', async () => {
    expect(await ops('after-restore', '--release', '--yes')).toMatchObject({
      code: 1,
      text: expect.stringContaining('Nothing is released'),
    });
    expect(await ops('kill-switch', 'release', '--yes')).toMatchObject({
      code: 1,
      text: expect.stringContaining('after-restore --release'),
    });
    expect(await ops('after-restore', '--release', '--without-asking', '--yes')).toMatchObject({ code: 0 });
    expect(await database.query(`SELECT restored_at, dialing_halted_at FROM installation`)).toEqual([
      { restored_at: null, dialing_halted_at: null },
    ]);
    expect(await ops('after-restore', '--release', '--yes')).toMatchObject({
      code: 1,
      text: expect.stringContaining('not known to be restored'),
    });
  });

  it.each([
    ['a time that is none', ['--backup-at', 'yesterday']],
    ['a time without a zone', ['--backup-at', '2026-11-01T00:00:00']],
    ['a time that is to come', ['--backup-at', '2999-01-01T00:00:00Z']],
    ['a time of years ago', ['--backup-at', '2001-01-01T00:00:00Z']],
    ['--resume without --release', ['--resume']],
    ['a word', ['now']],
  ])('refuses %s', async (_title, argv) => {
    expect((await ops('after-restore', ...argv)).code).toBe(2);
  });
});

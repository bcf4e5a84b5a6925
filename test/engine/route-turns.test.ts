import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/connection/database.js';
import type { Turn } from '#database/statements/engine/place/reserve-turns.js';
import { reserveTurns } from '#dialer/place/reserve-turns.js';
import { addQueuedJob, furnishCampaign } from '../support/furnished-campaign.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const JOBS = 8;

/**
 * Tolerance of a wait, in milliseconds. The statement computes each wait from an instant of its own. The difference of
 * two waits is exact, but for the time that passes meanwhile.
 */
const NEARLY_MS = 200;

describe('Turns of a line', () => {
  let test: TestDatabase;
  let source: DataSource;
  let database: Database;
  let campaignId: string;
  let jobIds: string[];

  beforeAll(async () => {
    test = await createTestDatabase();
    source = await new DataSource(dataSourceOptions(test.url, { poolSize: 4 })).initialize();
    database = new Database(source);
  });
  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });
  beforeEach(async () => {
    await test.query('DELETE FROM campaigns; DELETE FROM telephony_accounts; DELETE FROM pacing');
    ({ campaignId, jobIds } = await withJobs());
  });

  let numbers = 0;
  async function withJobs(): Promise<{ campaignId: string; jobIds: string[] }> {
    const { id } = await furnishCampaign(test, { provider: 'twilio', from: 4 * numbers++ });
    const leads = await test.query<{ id: string }>(
      `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key)
       SELECT 't', $1, '+4420794700' || n, '+4420794700' || n FROM generate_series(11, 10 + $2::int) n RETURNING id`,
      [id, JOBS],
    );
    const ids: string[] = [];
    for (const lead of leads) ids.push(await addQueuedJob(test, lead.id));
    return { campaignId: id, jobIds: ids };
  }
  const reserve = (ids: readonly string[], callsPerSecond: number | null = 1, name = 'twilio') =>
    reserveTurns(database, { dialerJobIds: ids, own: { name, callsPerSecond } });
  const inOrder = (turns: readonly Turn[]) => turns.toSorted((a, b) => a.wait_ms - b.wait_ms);
  const waits = (turns: readonly Turn[]) => inOrder(turns).map(({ wait_ms }) => wait_ms);
  const expectNear = (actual: readonly number[], expected: readonly number[]) => {
    expect(actual).toHaveLength(expected.length);
    for (const [n, ms] of actual.entries()) expect(Math.abs(ms - expected[n]!)).toBeLessThan(NEARLY_MS);
  };
  const account = async (calls_per_second: number | null, provider = 'twilio') => {
    const [row] = await test.query<{ id: string }>(
      `INSERT INTO telephony_accounts (id, tenant_id, name, provider, credentials, hint, calls_per_second)
       VALUES (gen_random_uuid(), 't', gen_random_uuid()::text, $1, 'sealed', 'beef', $2) RETURNING id`,
      [provider, calls_per_second],
    );
    return row!.id;
  };
  const move = (id: string, accountId: string) =>
    test.query('UPDATE campaigns SET telephony_account_id = $2 WHERE id = $1', [id, accountId]);

  it('come one after the other, some of them in advance; who gets none is told when to ask again', async () => {
    const turns = await reserve(jobIds);
    const reserved = turns.filter(({ is_reserved }) => is_reserved);
    expectNear(waits(reserved), [0, 1000, 2000]);
    expectNear(waits(turns.filter(({ is_reserved }) => !is_reserved)), [1000, 2000, 3000, 4000, 5000]);
  });

  it('are each given once, however many ask at the same time', async () => {
    await reserve(jobIds.slice(0, 1), 4);
    const [before] = await test.query<{ next_at: Date }>('SELECT next_at FROM pacing');
    const all = await Promise.all(jobIds.slice(1, 7).map((id) => reserve([id], 4)));
    const reserved = all.flat().filter(({ is_reserved }) => is_reserved);
    expect(reserved).toHaveLength(6);
    const [row] = await test.query<{ ahead: number; moved: number }>(
      `SELECT extract(epoch FROM next_at - now())::float8 AS ahead,
         extract(epoch FROM next_at - $1)::float8 AS moved
       FROM pacing`,
      [before!.next_at],
    );
    expect(row!.ahead).toBeLessThan(7 / 4);
    expect(row!.moved).toBeGreaterThanOrEqual(6 / 4);
  });

  it('are those of an account where a campaign calls over one, at the pace that its owner states', async () => {
    const other = await withJobs();
    const accountId = await account(2);
    await move(other.campaignId, accountId);
    const turns = await reserve([...jobIds.slice(0, 2), ...other.jobIds.slice(0, 3)]);
    const of = (ids: readonly string[]) => turns.filter(({ dialer_job_id }) => ids.includes(dialer_job_id));
    expectNear(waits(of(jobIds)), [0, 1000]);
    expectNear(waits(of(other.jobIds)), [0, 500, 1000]);
    const routes = await test.query('SELECT route FROM pacing');
    expect(new Set(routes.map(({ route }) => route))).toEqual(new Set(['twilio', accountId]));
  });

  it.each([
    ['twilio', 1],
    ['vapi', null],
  ] as const)('of an account with %s whose owner says nothing are as usual there', async (provider, pace) => {
    await move(campaignId, await account(null, provider));
    const turns = await reserve(jobIds.slice(0, 2), null);
    expectNear(waits(turns), pace === null ? [] : [0, 1000]);
  });

  it('begin anew where the clock has been set back since', async () => {
    await reserve(jobIds.slice(0, 1));
    await test.query(`UPDATE pacing SET next_at = now() + interval '1 hour'`);
    const turns = await reserve(jobIds.slice(1, 4));
    expectNear(waits(turns), [0, 1000, 2000]);
    expect(turns.every(({ is_reserved }) => is_reserved)).toBe(true);
  });

  it('are none of a line that is not paced, nor of jobs that nobody is to place', async () => {
    expect(await reserve(jobIds, null)).toEqual([]);
    await test.query(`UPDATE dialer_jobs SET status = 'canceled', check_at = NULL, finished_at = now()`);
    expect(await reserve(jobIds)).toEqual([]);
    expect(await test.query('SELECT FROM pacing')).toEqual([]);
  });

  it('keep jobs from being published again before', async () => {
    const [clock] = await test.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    const turns = new Map((await reserve(jobIds)).map((turn) => [turn.dialer_job_id, turn.wait_ms]));
    const jobs = await test.query<{ id: string; check_at: Date }>(
      `SELECT id, check_at FROM dialer_jobs WHERE id = ANY($1)`,
      [jobIds],
    );
    for (const { id, check_at } of jobs)
      expect(check_at.getTime() - clock!.now.getTime()).toBeGreaterThan(turns.get(id)! + 2_000);
  });
});

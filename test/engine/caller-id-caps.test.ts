import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/connection/database.js';
import { beginDialing, type Beginnings } from '#dialer/place/begin-dialing.js';
import { declineJobs } from '#database/statements/engine/place/decline-jobs.js';
import { refundAttempt } from '#database/statements/engine/settle/refund-attempt.js';
import type { ApiClient } from '../support/api-client.js';
import { createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ROUTE = { provider: 'simulator', callerId: null, createTimeoutSeconds: 20 };
const LIMITS = { route: async () => ROUTE, deadlineMarginSeconds: 30, leastCounter: '0' };

describe('A call that is placed from a pool', () => {
  let test: TestDatabase;
  let api: RunningApi;
  let client: ApiClient;
  let source: DataSource;
  let tomorrow: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    api = await startApi(testConfig(test.url));
    source = await new DataSource(dataSourceOptions(test.url, { poolSize: 2 })).initialize();
    [{ tomorrow }] = (await test.query(`SELECT ((now() AT TIME ZONE 'UTC')::date + 1)::text AS tomorrow`)) as [
      { tomorrow: string },
    ];
  });
  afterAll(async () => {
    await source.destroy();
    await api.close();
    await test.drop();
  });

  const usedTomorrow = async (calls: number, cap: number): Promise<string> => {
    client = await newAdmin(api.client);
    const { body } = await client.post<{ caller_id: { id: string } }>('/caller-ids', {
      phone_number: '+442079460001',
      daily_cap: cap,
    });
    const { id } = body.caller_id;
    await test.query('UPDATE caller_ids SET used_on = $2, used_calls = $3 WHERE id = $1', [id, tomorrow, calls]);
    return id;
  };
  /** Claims dialer jobs that are not placed: there is no worker. */
  const claimed = async (count: number, fields: Record<string, unknown> = {}): Promise<string[]> => {
    const campaign = await createCampaign(client, fields);
    const contacts = Array.from({ length: count }, (_, n) => ({ phone_number: dramaNumber(n) }));
    await client.post(`/campaigns/${campaign.id}/contacts/bulk`, { contacts });
    await client.post(`/campaigns/${campaign.id}/start`);
    const jobs = await test.query<{ id: string }>('SELECT id FROM dialer_jobs WHERE campaign_id = $1', [campaign.id]);
    return jobs.map(({ id }) => id);
  };
  const place = (dialerJobIds: readonly string[]): Promise<Beginnings> =>
    new Database(source).transaction((sql) => beginDialing(sql, { dialerJobIds, ...LIMITS }));
  const refund = (dialerJobId: string): Promise<boolean> => {
    const rejected = { dialerJobId, code: 'slow_down', pauseSeconds: 1, isAccepted: false, tenantIds: [] };
    return new Database(source).transaction((sql) => refundAttempt(sql, rejected));
  };
  const usedToday = (id: string, calls: number) =>
    test.query(`UPDATE caller_ids SET used_on = (now() AT TIME ZONE 'UTC')::date, used_calls = $2 WHERE id = $1`, [
      id,
      calls,
    ]);
  const stored = async (id: string) =>
    (await test.query('SELECT used_on::text, used_calls FROM caller_ids WHERE id = $1', [id]))[0];

  it('is declined if all numbers were switched off since the claim, and its contact waits without a code', async () => {
    const id = await usedTomorrow(0, 2);
    const jobs = await claimed(1);
    await client.patch(`/caller-ids/${id}`, { is_active: false });
    const { declined } = await place(jobs);
    expect(declined.map(({ reason }) => reason)).toEqual(['caller_ids_off']);
    await new Database(source).transaction((sql) => declineJobs(sql, declined));
    const told = `SELECT j.status, j.reason, l.status AS lead, l.block_code, l.next_attempt_at <= now() AS is_due
      FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id WHERE j.id = $1`;
    expect(await test.query(told, [jobs[0]!])).toEqual([
      { status: 'canceled', reason: 'caller_ids_off', lead: 'pending', block_code: null, is_due: true },
    ]);
  });

  /** A transaction that began a moment before midnight may come after one that began a moment past it. */
  describe('of which a number was used on the next day already', () => {
    it('finds that day’s calls left and no more, and keeps the day', async () => {
      const id = await usedTomorrow(1, 2);
      const { dialing, declined } = await place(await claimed(3));
      expect([dialing.length, declined.map(({ reason }) => reason)]).toEqual([
        1,
        ['caller_ids_used', 'caller_ids_used'],
      ]);
      expect(await stored(id)).toEqual({ used_on: tomorrow, used_calls: 2 });
      const { body } = await client.get<{ caller_id: object }>(`/caller-ids/${id}`);
      expect(body.caller_id).toMatchObject({ calls_today: 2 });
    });

    it('is not claimed when that day’s calls are used up', async () => {
      await usedTomorrow(2, 2);
      expect(await claimed(2)).toEqual([]);
    });

    it('stays counted with that day when it is given back', async () => {
      const id = await usedTomorrow(1, 5);
      const jobs = await claimed(1);
      expect((await place(jobs)).dialing).toHaveLength(1);
      expect(await refund(jobs[0]!)).toBe(true);
      expect(await stored(id)).toEqual({ used_on: tomorrow, used_calls: 2 });
    });
  });

  it('is taken off the count of its number when it is given back', async () => {
    const id = await usedTomorrow(0, 5);
    await usedToday(id, 2);
    const jobs = await claimed(1);
    expect((await place(jobs)).dialing).toHaveLength(1);
    expect(await stored(id)).toMatchObject({ used_calls: 3 });
    expect(await refund(jobs[0]!)).toBe(true);
    expect(await stored(id)).toMatchObject({ used_calls: 2 });
  });

  it('is not taken off the count of a live number if it belongs to a test campaign', async () => {
    const id = await usedTomorrow(0, 5);
    await usedToday(id, 2);
    const jobs = await claimed(1, { is_test: true, from_number: '+442079460001' });
    expect((await place(jobs)).dialing).toHaveLength(1);
    expect(await refund(jobs[0]!)).toBe(true);
    expect(await stored(id)).toMatchObject({ used_calls: 2 });
  });

  it('is not taken off the count of a number that was deleted and added again since', async () => {
    const id = await usedTomorrow(0, 5);
    const jobs = await claimed(1);
    await usedToday(id, 0);
    expect((await place(jobs)).dialing).toHaveLength(1);
    await client.delete(`/caller-ids/${id}`);
    const { body } = await client.post<{ caller_id: { id: string } }>('/caller-ids', { phone_number: '+442079460001' });
    await usedToday(body.caller_id.id, 3);
    expect(await refund(jobs[0]!)).toBe(true);
    expect(await stored(body.caller_id.id)).toMatchObject({ used_calls: 3 });
  });
});

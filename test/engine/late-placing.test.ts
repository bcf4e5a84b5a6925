import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { beginDialing, type Beginnings } from '#dialer/place/begin-dialing.js';
import type { ApiClient } from '../support/api-client.js';
import { createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const ROUTE = { provider: 'simulator', callerId: null, createTimeoutSeconds: 20 };
const LIMITS = { route: async () => ROUTE, deadlineMarginSeconds: 30, leastCounter: '0' };

const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/**
 * A placement may wait for locks between the beginning of its transaction and the decision. Its process may also stand
 * still.
 */
describe('A call that is placed late', () => {
  let test: TestDatabase;
  let api: RunningApi;
  let client: ApiClient;
  let source: DataSource;
  let next = 0;
  beforeAll(async () => {
    test = await createTestDatabase();
    api = await startApi(testConfig(test.url));
    client = await newAdmin(api.client);
    source = await new DataSource(dataSourceOptions(test.url, { poolSize: 2 })).initialize();
  });
  afterAll(async () => {
    await source.destroy();
    await api.close();
    await test.drop();
  });

  const consent = (fields: object) =>
    client.post('/consents', { phone_number: dramaNumber(next), source: 'form', channel: 'web', ...fields });

  /** Claims a dialer job that is not placed: there is no worker. */
  const claimed = async () => {
    const campaign = await createCampaign(client, { requires_consent: true });
    await client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(++next) });
    await consent({});
    await client.post(`/campaigns/${campaign.id}/start`);
    const [job] = await test.query<{ id: string }>('SELECT id FROM dialer_jobs WHERE campaign_id = $1', [campaign.id]);
    return { campaignId: campaign.id, dialerJobIds: [job!.id] };
  };
  const place = async (meanwhile: (campaignId: string) => Promise<unknown>): Promise<Beginnings> => {
    const { campaignId, dialerJobIds } = await claimed();
    return new Database(source).transaction(async (sql: Sql) => {
      await meanwhile(campaignId);
      return beginDialing(sql, { dialerJobIds, ...LIMITS });
    });
  };
  const close = (campaignId: string) =>
    test.query('UPDATE campaign_hours SET closes_at = clock_timestamp() WHERE campaign_id = $1', [campaignId]);
  const reasons = ({ declined }: Beginnings) => declined.map(({ reason }) => reason);

  it('is placed where nothing has changed meanwhile', async () => {
    const { dialing, declined } = await place(() => Promise.resolve());
    expect([dialing.length, declined.length]).toEqual([1, 0]);
  });

  it('is not when the window has closed meanwhile', async () => {
    expect(reasons(await place(close))).toEqual(['outside_window']);
  });

  it('is not when the window has closed while it waited for a table', async () => {
    const { campaignId, dialerJobIds } = await claimed();
    const migration = await test.lock('LOCK TABLE calls IN EXCLUSIVE MODE');
    const placed = new Database(source).transaction((sql) => beginDialing(sql, { dialerJobIds, ...LIMITS }));
    try {
      await until('it waits', async () => (await test.query(WAITING)).length > 0);
      await close(campaignId);
    } finally {
      await migration.letGo();
    }
    expect(reasons(await placed)).toEqual(['outside_window']);
  });

  it('is not when the consent has been taken back meanwhile', async () => {
    expect(reasons(await place(() => consent({ kind: 'revoked' })))).toEqual(['no_consent']);
  });

  it('is not when the campaign has come to its end meanwhile', async () => {
    const end = (campaignId: string) =>
      test.query('UPDATE campaigns SET end_at = clock_timestamp() WHERE id = $1', [campaignId]);
    expect(reasons(await place(end))).toEqual(['not_running']);
  });

  it('is not on a budget that was set since it looked whose budgets to hold; the next time it is', async () => {
    const { campaignId, dialerJobIds } = await claimed();
    const begin = () => new Database(source).transaction((sql) => beginDialing(sql, { dialerJobIds, ...LIMITS }));
    const editor = await test.lock(`SELECT FROM campaigns WHERE id = '${campaignId}' FOR UPDATE`);
    const placed = begin();
    try {
      await until('it waits', async () => (await test.query(WAITING)).length > 0);
      await test.query('UPDATE tenants SET minutes_remaining = 10');
    } finally {
      await editor.letGo();
    }
    expect(reasons(await placed)).toEqual(['budget']);
    expect((await begin()).dialing).toHaveLength(1);
    const [tenant] = await test.query('SELECT minutes_remaining, minutes_reserved FROM tenants');
    expect(tenant).toEqual({ minutes_remaining: 10, minutes_reserved: 10 });
    await test.query('UPDATE tenants SET minutes_remaining = NULL');
  });

  it('counts for the minimum gap from when it was placed', async () => {
    const before = Date.now();
    let changedAt = before;
    const { dialing } = await place(async () => {
      changedAt = (await test.query<{ at: Date }>('SELECT clock_timestamp() AS at'))[0]!.at.getTime();
    });
    expect(dialing[0]!.placed_at.getTime()).toBeGreaterThanOrEqual(changedAt);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { acrossTenants, actAs, UnnamedContextError } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { createApp } from '../../apps/api/src/create-app.js';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';
import { ApiClient, type Answer } from '../support/api-client.js';
import { CAMPAIGN, dramaNumber } from '../support/running-api.js';
import { ACCOUNTS_SET_UP } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { operationsOf, pathWith, type Document, type Operation } from './operations.js';
import { settleTenant, type SettledTenant } from './tenants.js';

/** Tables that a request reads and writes as the tenant; of sessions, users and limits not everything. */
const OF_TENANTS =
  `campaigns leads dialer_jobs calls call_reports conversations recordings dnc_entries consents imports import_chunks
  import_rows import_people caller_ids audit_log`.split(/\s+/);

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
const READ = { name: 'campaigns-of-anybody', text: 'SELECT tenant_id FROM campaigns' };

/**
 * Tests requests over HTTP of two tenants, on a database in which `outdial_app` sees no row of a tenant. Only
 * statements that run as the tenant find any.
 */
describe('Requests', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let ours: SettledTenant;
  let theirs: SettledTenant;
  let reads: Operation[];
  let before: Map<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createApp(testConfig(database.url, ACCOUNTS_SET_UP));
    await app.listen(0, '127.0.0.1');
    const client = new ApiClient(await app.getUrl());
    [ours, theirs] = [await settleTenant(client, database, 300), await settleTenant(client, database, 400)];
    const { body } = await client.get<Document>('//openapi.json');
    reads = operationsOf(body).filter(
      ({ method, path, isPublic }) => method === 'GET' && !isPublic && !path.endsWith('stream'),
    );
    before = await answers(ours);
    for (const table of OF_TENANTS) await database.query(`DROP POLICY app ON ${table}`);
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  /** Status of every operation that reads, and the ids of the tenant's things that it tells. */
  async function answers(tenant: SettledTenant): Promise<Map<string, string>> {
    const told = new Map<string, string>();
    for (const operation of reads) {
      const answer = await tenant.admin.request<unknown>('GET', `/${pathWith(operation, tenant.ids)}`);
      told.set(operation.id, `${answer.status} ${thingsIn(answer, tenant).join(' ')}`);
    }
    return told;
  }

  function thingsIn({ body }: Answer<unknown>, { ids }: SettledTenant): string[] {
    const found = new Set(JSON.stringify(body)?.match(UUID));
    return Object.entries(ids).flatMap(([name, id]) => (found.has(id) ? [name] : []));
  }

  it('read as the tenant: every operation answers what it answers where the engine sees all', async () => {
    expect(before.get('GET /campaigns/{campaign_id}')).toBe('200 campaign_id');
    expect(before.get('GET /calls')).toContain('call_id');
    expect(before.size).toBeGreaterThan(25);
    expect(await answers(ours)).toEqual(before);
  });

  it('write as the tenant', async () => {
    const { campaign_id } = ours.ids;
    const written = [
      await ours.admin.post('/campaigns', CAMPAIGN),
      await ours.admin.patch(`/campaigns/${campaign_id}`, { name: 'Another' }),
      await ours.admin.post(`/campaigns/${campaign_id}/contacts`, { phone_number: dramaNumber(350) }),
      await ours.admin.post('/dnc', { phone_number: dramaNumber(351) }),
    ];
    expect(written.map(({ status }) => status)).toEqual([201, 200, 201, 201]);
    expect((await (await ours.keyOf(['campaigns:read'])).get(`/campaigns/${campaign_id}`)).status).toBe(200);
  });

  it('at the same time see their own alone, whoever goes first', async () => {
    const lists = await Promise.all(
      Array.from({ length: 40 }, async (_, turn) => {
        const [tenant, other] = turn % 2 ? [ours, theirs] : [theirs, ours];
        const { body } = await tenant.admin.get('/campaigns');
        const ids = JSON.stringify(body);
        return ids.includes(tenant.ids['campaign_id']!) && !ids.includes(other.ids['campaign_id']!);
      }),
    );
    expect(lists).not.toContain(false);
  });

  it('that name no tenant run no statement in the API', async () => {
    const inApi = app.get(Database);
    const nobody = {
      kind: 'user',
      id: null,
      ip: null,
      requestId: null,
      tenantId: null,
      isAcrossTenants: false,
    } as const;
    await expect(inApi.run(READ)).rejects.toThrow(UnnamedContextError);
    await expect(inApi.transaction((sql) => sql.run(READ))).rejects.toThrow(UnnamedContextError);
    await expect(actAs({ ...nobody }, () => inApi.run(READ))).rejects.toThrow(UnnamedContextError);
    await expect(actAs({ ...nobody }, () => inApi.transaction((sql) => sql.run(READ)))).rejects.toThrow(
      'no tenant is known',
    );
    const seen = await actAs({ ...nobody, tenantId: ours.id }, () => inApi.run<{ tenant_id: string }>(READ));
    expect(new Set(seen.map(({ tenant_id }) => tenant_id))).toEqual(new Set([ours.id]));
    const role = { name: 'role', text: 'SELECT current_user::text AS role' };
    expect(await acrossTenants(() => inApi.run(role))).toEqual([{ role: 'outdial_app' }]);
    expect(await actAs({ ...nobody, tenantId: ours.id }, () => inApi.run(role))).toEqual([{ role: 'outdial_tenant' }]);
  });

  it('are none of the worker, whose statements are for all tenants', async () => {
    const worker = await NestFactory.createApplicationContext(WorkerModule.forRoot(testConfig(database.url)), {
      logger: false,
      abortOnError: false,
    });
    expect(await worker.get(Database).run({ name: 'role', text: 'SELECT current_user::text AS role' })).toEqual([
      { role: 'outdial_app' },
    ]);
    await worker.close();
  });
});

import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actAs } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { dataSourceOptions } from '#database/data-source-options.js';
import { furnishCampaign } from '../support/furnished-campaign.js';
import { startApi, type RunningApi } from '../support/running-api.js';
import { ACCOUNTS_SET_UP } from '../support/telephony-account.js';
import { byAppLogin, testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { settleTenant, type SettledTenant } from './tenants.js';

/** Tables of no tenant: every tenant's statements may read them, and they say nothing about people. */
const SHARED_TABLES = ['installation', 'leases', 'areas'];
const STRANGER = 'outdial_test_stranger';

interface Table {
  readonly name: string;
  readonly has_tenant: boolean;
  readonly is_enabled: boolean;
  readonly is_forced: boolean;
}

const READABLE_COLUMNS = `
  SELECT attname AS name FROM pg_attribute
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
    AND has_column_privilege('outdial_tenant', attrelid, attnum, 'SELECT')
  ORDER BY attnum`;

/** Each role of the database, tried on every table. */
describe('The walls', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let client: pg.Client;
  let tables: Table[];
  let ours: SettledTenant;
  let theirs: SettledTenant;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
    [ours, theirs] = [await settleTenant(api.client, database, 100), await settleTenant(api.client, database, 200)];
    await furnishCampaign(database, { provider: 'simulator' });
    tables = await database.query<Table>(
      `SELECT c.relname AS name, relrowsecurity AS is_enabled, relforcerowsecurity AS is_forced,
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS has_tenant
       FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'schema_migrations'
       ORDER BY 1`,
    );
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `DO $$ BEGIN CREATE ROLE ${STRANGER} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    );
  });

  afterAll(async () => {
    await client.end();
    await api.close();
    await database.drop();
  });

  it('stand around every table, for its owner too', () => {
    expect(tables.length).toBeGreaterThanOrEqual(30);
    expect(tables.filter(({ is_enabled, is_forced }) => !is_enabled || !is_forced)).toEqual([]);
  });

  it('are no way around: no role of ours is a superuser, owns a table or makes one', async () => {
    const rows = await database.query(
      `SELECT rolname FROM pg_roles r
       WHERE rolname LIKE 'outdial\\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
         OR has_schema_privilege(oid, 'public', 'CREATE') OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid))`,
    );
    expect(rows).toEqual([]);
  });

  it("show a tenant no row of another's, in any table", async () => {
    for (const { name } of tables.filter((table) => !SHARED_TABLES.includes(table.name))) {
      const [seen, others] = [await seenBy(ours.id, name), await seenBy(theirs.id, name)];
      expect([name, seen.filter((row) => others.includes(row))]).toEqual([name, []]);
    }
    expect(await seenBy(ours.id, 'campaigns')).toHaveLength(1);
    expect(await seenBy(ours.id, 'calls')).toHaveLength(1);
  });

  it('show nothing of tenants to whoever says of no tenant, or of one that is not there', async () => {
    for (const tenantId of ['', 'nobody', `' OR true --`]) {
      for (const { name } of tables.filter((table) => !SHARED_TABLES.includes(table.name))) {
        expect([name, await seenBy(tenantId, name)]).toEqual([name, []]);
      }
    }
  });

  it("let a tenant neither change, delete nor take over a row of another's, nor give one away", async () => {
    for (const { name } of tables.filter((table) => table.has_tenant)) {
      const before = await sumOf(name, theirs.id);
      for (const statement of [
        `UPDATE ${name} SET tenant_id = tenant_id WHERE tenant_id = $1`,
        `UPDATE ${name} SET tenant_id = '${ours.id}' WHERE tenant_id = $1`,
        `DELETE FROM ${name} WHERE tenant_id = $1`,
      ]) {
        expect([statement, await rowsBy(ours.id, statement, [theirs.id])]).toEqual([statement, 0]);
      }
      const given = `UPDATE ${name} SET tenant_id = $1`;
      expect([given, await rowsBy(ours.id, given, [theirs.id])]).toEqual([given, 0]);
      expect([name, await sumOf(name, theirs.id)]).toEqual([name, before]);
    }
  });

  it('let a tenant neither empty a table, nor become somebody else, nor see what it must not', async () => {
    for (const { name } of tables) await expectDenied(ours.id, `TRUNCATE ${name} CASCADE`);
    for (const name of ['user_credentials', 'schema_migrations']) await expectDenied(ours.id, `SELECT FROM ${name}`);
    for (const statement of [
      `ALTER TABLE campaigns DISABLE ROW LEVEL SECURITY`,
      `DROP POLICY tenant ON campaigns`,
      `CREATE TABLE x ()`,
    ]) {
      await expectDenied(ours.id, statement);
    }
  });

  it('rest on functions that mean the same whatever a session has set', async () => {
    const rows = await database.query<{ name: string; settings: string[] | null }>(
      `SELECT oid::regprocedure::text AS name, proconfig AS settings FROM pg_proc
       WHERE prosecdef AND pronamespace IN ('public'::regnamespace, 'bullmq'::regnamespace) ORDER BY 1`,
    );
    expect(rows).toEqual([
      { name: 'server_standing()', settings: ['search_path=pg_catalog'] },
      { name: 'tenant_of_token()', settings: ['search_path=pg_catalog, public, pg_temp'] },
    ]);
  });

  it('let nobody run a function who was not let in, and no tenant into the queue', async () => {
    const [open] = await database.query(
      `SELECT (SELECT count(*)::int FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
           AND has_function_privilege('${STRANGER}', p.oid, 'EXECUTE')) AS functions,
         has_schema_privilege('${STRANGER}', 'bullmq', 'USAGE') AS stranger_in_queue,
         has_schema_privilege('outdial_tenant', 'bullmq', 'USAGE') AS tenant_in_queue`,
    );
    expect(open).toEqual({ functions: 0, stranger_in_queue: false, tenant_in_queue: false });
  });

  it.each([
    'ALTER TABLE campaigns DISABLE ROW LEVEL SECURITY',
    'DROP POLICY tenant ON campaigns',
    'CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'CREATE ROLE x',
    'ALTER ROLE outdial_app BYPASSRLS',
    'SET SESSION AUTHORIZATION outdial',
    'SET ROLE outdial',
    'SELECT FROM pg_authid',
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY campaigns TO '/tmp/campaigns'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT lo_import('/etc/passwd')",
    'ALTER SYSTEM SET fsync = off',
  ])('hold against a statement that has gone back to the login itself: %s', async (text) => {
    const login = new pg.Client({ connectionString: byAppLogin(database.url) });
    await login.connect();
    try {
      await login.query('SET ROLE outdial_tenant');
      await login.query('RESET ROLE');
      await expect(login.query(text)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await login.end();
    }
  });

  it('open nothing to a role that was not let in', async () => {
    for (const { name } of tables) {
      const outcome = await inRole(STRANGER, '', `SELECT FROM ${name}`).catch((error: { code: string }) => error.code);
      expect([name, outcome]).toEqual([name, '42501']);
    }
  });

  it('hold on one connection that two tenants take turns on, whatever goes wrong between', async () => {
    const source = await new DataSource(dataSourceOptions(database.url, { poolSize: 1 })).initialize();
    const shared = new Database(source);
    const as = <T>(tenantId: string | null, work: () => Promise<T>) =>
      actAs({ kind: 'user', id: null, ip: null, requestId: null, tenantId, isAcrossTenants: false }, work);
    const mishaps: ((tenantId: string) => Promise<unknown>)[] = [
      async () => undefined,
      (tenantId) => as(tenantId, () => shared.run({ name: 'mishap', text: 'SELECT 1 / 0' })),
      (tenantId) =>
        as(tenantId, () => shared.run({ name: 'sleep', text: `SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)` })),
      (tenantId) =>
        as(tenantId, () =>
          shared.transaction(async (sql) => {
            await sql.run({ name: 'own', text: 'SELECT id FROM campaigns' });
            throw new Error('in the middle');
          }),
        ),
    ];
    for (let turn = 0; turn < 1_000; turn++) {
      const [mine, other] = turn % 2 ? [ours, theirs] : [theirs, ours];
      await mishaps[turn % mishaps.length]!(other.id).catch(() => undefined);
      const rows = await as(mine.id, () =>
        shared.run<{ tenant_id: string }>({ name: 'who', text: 'SELECT tenant_id FROM campaigns' }),
      );
      expect(rows).toEqual([{ tenant_id: mine.id }]);
    }
    const after = await shared.run({
      name: 'after',
      text: `SELECT current_user AS role, coalesce(current_setting('outdial.tenant_id', true), '') AS tenant`,
    });
    expect(after).toEqual([{ role: 'outdial_app', tenant: '' }]);
    await source.destroy();
  });

  async function inRole(role: string, tenantId: string, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    await client.query('BEGIN');
    try {
      await client.query(`SELECT set_config('outdial.tenant_id', $1, true)`, [tenantId]);
      await client.query(`SET LOCAL ROLE ${role}`);
      return await client.query(text, values);
    } finally {
      await client.query('ROLLBACK');
    }
  }

  /** Reads the rows of a table, of the columns that the role of tenants may read; none if it may read no column. */
  async function seenBy(tenantId: string, table: string): Promise<string[]> {
    const columns = await database.query<{ name: string }>(READABLE_COLUMNS, [table]);
    if (columns.length === 0) {
      await expectDenied(tenantId, `SELECT FROM ${table}`);
      return [];
    }
    const list = columns.map(({ name }) => `${pg.escapeIdentifier(name)}::text`).join(', ');
    const { rows } = await inRole('outdial_tenant', tenantId, `SELECT row(${list})::text AS row FROM ${table}`);
    return (rows as { row: string }[]).map(({ row }) => row);
  }

  /** Counts the rows that a statement reached; 0 where a grant, a policy or a trigger rejects it. */
  async function rowsBy(tenantId: string, text: string, values: unknown[]): Promise<number> {
    try {
      return (await inRole('outdial_tenant', tenantId, text, values)).rowCount ?? 0;
    } catch {
      return 0;
    }
  }

  async function expectDenied(tenantId: string, text: string): Promise<void> {
    const outcome = await inRole('outdial_tenant', tenantId, text).catch((error: { code: string }) => error.code);
    expect([text, outcome]).toEqual([text, '42501']);
  }

  async function sumOf(table: string, tenantId: string): Promise<string> {
    const [row] = await database.query<{ sum: string }>(
      `SELECT count(*) || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS sum
       FROM ${table} t WHERE tenant_id = $1`,
      [tenantId],
    );
    return row!.sum;
  }
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../apps/local/src/postgres/local-database.js';
import { startPostgres, type RunningPostgres } from '../../apps/local/src/postgres/embedded-postgres.js';
import type { ApiClient } from '../support/api-client.js';
import { createCampaign, startApi, type RunningApi } from '../support/running-api.js';
import { KeyServer, newSigningKey, type SigningKey } from '../support/supabase-keys.js';
import { testConfig } from '../support/test-config.js';

/**
 * Roles of a project and what it grants to them, as far as they matter here. `owner` is what Supabase calls `postgres`.
 */
const PROJECT_ROLES = `
  CREATE ROLE anon NOLOGIN NOINHERIT;
  CREATE ROLE authenticated NOLOGIN NOINHERIT;
  CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
  CREATE ROLE authenticator LOGIN NOINHERIT PASSWORD 'authenticator';
  GRANT anon, authenticated, service_role TO authenticator;
  CREATE ROLE owner LOGIN PASSWORD 'owner' CREATEDB CREATEROLE BYPASSRLS;
  GRANT anon, authenticated, service_role TO owner WITH ADMIN OPTION`;

const PROJECT_GRANTS = `
  GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
  CREATE TABLE public.somebody_elses (id int);
  CREATE POLICY app ON public.somebody_elses USING (true);
  GRANT ALL ON public.somebody_elses TO anon, authenticated;
  ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role`;

/** Statement of docs/supabase.md. */
const LOGIN = `CREATE ROLE outdial_login LOGIN PASSWORD 'login' IN ROLE outdial_app`;

const READABLE = ['calls', 'campaigns', 'conversations', 'dialer_jobs', 'leads', 'recordings', 'tenants'];

describe('On a Supabase project', () => {
  const project = new KeyServer();
  let projectUrl: string;
  let dataDir: string;
  let server: RunningPostgres;
  let api: RunningApi;
  let key: SigningKey;
  let users: { id: string; client: ApiClient; campaignId: string }[];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'outdial-test-'));
    server = await startPostgres({ dataDir, settings: { fsync: 'off' } });
    await asSuperuser('postgres', PROJECT_ROLES);
    await asSuperuser('postgres', 'CREATE DATABASE project OWNER owner');
    await asSuperuser('project', PROJECT_GRANTS);
    await migrate(urlOf('owner'), testConfig(urlOf('owner')));
    await run('owner', (client) => client.query(LOGIN));
    key = await newSigningKey('ES256', 'current');
    project.keys = [key.jwk];
    projectUrl = await project.open();
    api = await startApi(
      testConfig(urlOf('outdial_login', 'login'), { SUPABASE_URL: projectUrl, SUPABASE_NEW_USERS: 'own_tenant' }),
    );
    users = [await newUser(), await newUser()];
  });

  afterAll(async () => {
    await api.close();
    project.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('works as a role that owns nothing, and sees for each user their own tenant', async () => {
    for (const { client, campaignId } of users) {
      expect((await client.get('/campaigns')).body).toMatchObject({ campaigns: [{ id: campaignId }] });
    }
    expect((await users[0]!.client.get(`/campaigns/${users[1]!.campaignId}`)).status).toBe(404);
  });

  it('shows a signed-in user the rows of their own tenant, through the keys that are public', async () => {
    for (const { id, campaignId } of users) {
      const read = (text: string) => through('authenticated', { role: 'authenticated', sub: id }, text);
      expect(await read('SELECT id FROM campaigns')).toEqual([{ id: campaignId }]);
      expect(await read('SELECT id FROM tenants')).toHaveLength(1);
    }
  });

  it.each([
    ['no claims', undefined],
    ['claims without a user', { role: 'authenticated' }],
    ['a user who is unknown', { role: 'authenticated', sub: crypto.randomUUID() }],
    ['another role', (id: string) => ({ role: 'anon', sub: id })],
  ])('shows nothing with %s', async (_what, claims) => {
    const said = typeof claims === 'function' ? claims(users[0]!.id) : claims;
    for (const table of READABLE) expect(await through('authenticated', said, `SELECT FROM ${table}`)).toEqual([]);
  });

  it('gives a signed-in user the right to read seven tables, and no other right', async () => {
    expect(await rightsOf('authenticated')).toEqual(READABLE.map((table) => `SELECT ${table}`));
    expect(await functionsOf('authenticated')).toEqual(['tenant_of_token()']);
  });

  it.each([
    `UPDATE campaigns SET name = 'x'`,
    'DELETE FROM campaigns',
    `INSERT INTO tenants (business_name) VALUES ('x')`,
    'TRUNCATE campaigns CASCADE',
    'SELECT FROM user_profiles',
    'SELECT FROM user_credentials',
    'SELECT FROM audit_log',
    `SELECT add_to_tallies('', '{}', '{}')`,
    'SET ROLE outdial_app',
    'SELECT FROM bullmq.job',
  ])('refuses a signed-in user: %s', async (text) => {
    const claims = { role: 'authenticated', sub: users[0]!.id };
    await expect(through('authenticated', claims, text)).rejects.toThrow(/permission denied/);
  });

  it('gives whoever has the public key nothing at all', async () => {
    expect(await rightsOf('anon')).toEqual([]);
    expect(await functionsOf('anon')).toEqual([]);
    for (const table of READABLE) {
      await expect(through('anon', { role: 'anon' }, `SELECT FROM ${table}`)).rejects.toThrow(/permission denied/);
    }
  });

  it('opens neither the queue nor a sequence to them', async () => {
    const open = await run('owner', (client) =>
      client.query(`
        SELECT role, has_schema_privilege(role, 'bullmq', 'USAGE') AS queue,
          (SELECT count(*)::int FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
            AND has_sequence_privilege(role, oid, 'USAGE, SELECT, UPDATE')) AS sequences
        FROM unnest('{anon, authenticated}'::text[]) role`),
    );
    expect(open.rows).toEqual(['anon', 'authenticated'].map((role) => ({ role, queue: false, sequences: 0 })));
  });

  it('leaves tables alone that are not its own', async () => {
    const { rows } = await run('owner', (client) =>
      client.query(
        `SELECT relrowsecurity, relforcerowsecurity, has_table_privilege('anon', oid, 'TRUNCATE') AS is_open,
           has_table_privilege('outdial_app', oid, 'SELECT') AS is_ours
         FROM pg_class WHERE oid = 'somebody_elses'::regclass`,
      ),
    );
    expect(rows).toEqual([{ relrowsecurity: false, relforcerowsecurity: false, is_open: true, is_ours: false }]);
  });

  it('says who has to migrate it', async () => {
    const login = urlOf('outdial_login', 'login');
    await expect(migrate(login, testConfig(login))).rejects.toThrow(
      /permission denied .* MIGRATION_DATABASE_URL say who does/,
    );
  });

  it('has nothing more to migrate a second time', async () => {
    expect(await migrate(urlOf('owner'), testConfig(urlOf('owner')))).toEqual([]);
  });

  function urlOf(user: string, password = user): string {
    const url = new URL(server.url);
    Object.assign(url, { username: user, password, pathname: '/project' });
    return url.href;
  }

  function asSuperuser(database: string, text: string): Promise<unknown> {
    const url = new URL(server.url);
    url.pathname = `/${database}`;
    return connected(url.href, (client) => client.query(text));
  }

  function run<T>(user: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    return connected(urlOf(user), work);
  }

  /** Runs a statement as PostgREST does for a request. The role and the claims hold to the end of the transaction. */
  function through(role: string, claims: object | undefined, text: string): Promise<unknown[]> {
    return run('authenticator', async (client) => {
      await client.query(`BEGIN; SET LOCAL ROLE ${role}`);
      const said = claims === undefined ? '' : JSON.stringify(claims);
      await client.query(`SELECT set_config('request.jwt.claims', $1, true)`, [said]);
      return (await client.query(text)).rows;
    });
  }

  async function rightsOf(role: string): Promise<string[]> {
    const { rows } = await run('owner', (client) =>
      client.query<{ granted: string }>(
        `SELECT kind || ' ' || relname AS granted FROM pg_class,
          unnest('{SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER}'::text[]) kind
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p') AND relname <> 'somebody_elses'
          AND has_table_privilege($1, oid, kind)
        ORDER BY 1`,
        [role],
      ),
    );
    return rows.map(({ granted }) => granted);
  }

  async function functionsOf(role: string): Promise<string[]> {
    const { rows } = await run('owner', (client) =>
      client.query<{ granted: string }>(
        `SELECT oid::regprocedure::text AS granted FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE') ORDER BY 1`,
        [role],
      ),
    );
    return rows.map(({ granted }) => granted);
  }

  async function newUser() {
    const id = crypto.randomUUID();
    const token = await new SignJWT({ role: 'authenticated', email: `${id}@example.com` })
      .setProtectedHeader({ alg: 'ES256', kid: 'current' })
      .setIssuer(`${projectUrl}/auth/v1`)
      .setAudience('authenticated')
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(key.privateKey);
    const client = api.client.as(token);
    return { id, client, campaignId: (await createCampaign(client)).id };
  }
});

async function connected<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

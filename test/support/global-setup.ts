import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { processEnvironment } from '#config/process-environment.js';
import { APP_ROLE } from '#config/database-roles.js';
import { randomBytes } from 'node:crypto';
import { openAppLogin } from '../../apps/local/src/postgres/app-login.js';
import { startPostgres } from '../../apps/local/src/postgres/embedded-postgres.js';
import { quickestFolder } from './quickest-folder.js';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
    /** Password of `outdial_app`, which processes log in as. */
    appPassword: string;
  }
}

/** Settings of a PostgreSQL that is thrown away after the run: its data need not survive a power cut. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/** Starts one PostgreSQL for the whole run. `TEST_SERVER_URL` names an empty one of another version to use instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = processEnvironment()['TEST_SERVER_URL'];
  const server = given === undefined ? await ownServer() : { url: given, end: () => Promise.resolve() };
  const appPassword = randomBytes(18).toString('base64url');
  await makeAppRole(server.url, appPassword);
  await makeLoginsCheap(server.url, appPassword);
  project.provide('serverUrl', server.url);
  project.provide('appPassword', appPassword);
  return server.end;
}

interface TestServer {
  readonly url: string;
  readonly end: () => Promise<void>;
}

async function ownServer(): Promise<TestServer> {
  const dataDir = await mkdtemp(join(await quickestFolder(), 'outdial-test-'));
  const postgres = await startPostgres({ dataDir, settings: SETTINGS });
  return {
    url: postgres.url,
    end: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Creates the app's role before any database is migrated, since roles belong to the whole server. */
async function makeAppRole(ownerUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`CREATE ROLE ${APP_ROLE}`).finally(() => client.end());
  await openAppLogin(ownerUrl, password);
}

/**
 * Lets both logins derive their keys in one round instead of 4,096. Tests open thousands of connections, and each
 * derives a key at both ends. PostgreSQL before 16 has no such setting: there the roles stay as they are.
 */
async function makeLoginsCheap(ownerUrl: string, appPassword: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const { rowCount } = await client.query(ONE_ROUND);
  if (rowCount === 1) {
    const { username, password } = new URL(ownerUrl);
    for (const [role, its] of [
      [APP_ROLE, appPassword],
      [decodeURIComponent(username), decodeURIComponent(password)],
    ] as const)
      await client.query(`ALTER ROLE ${pg.escapeIdentifier(role)} PASSWORD ${pg.escapeLiteral(its)}`);
  }
  await client.end();
}

const ONE_ROUND = `SELECT set_config(name, '1', false) FROM pg_settings WHERE name = 'scram_iterations'`;

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../../apps/local/src/postgres/embedded-postgres.js';

/** Server on which the bench makes its databases. */
export interface PostgresServer {
  setting(name: string): Promise<string>;
  /** @returns the URL of a new, empty database. */
  createDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  stop(): Promise<void>;
}

/** Settings as durable as PostgreSQL's defaults, since commits are what is measured. */
const SETTINGS = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', max_connections: '200' };

/** The server of `databaseUrl`, or one of its own that is thrown away afterwards. */
export async function openServer(databaseUrl: string | null): Promise<PostgresServer> {
  if (databaseUrl !== null) return serverAt(databaseUrl, async () => undefined);
  return (await startServer()).server;
}

export interface StartedServer {
  readonly server: PostgresServer;
  /** Process id of the postmaster, the parent of all other processes of the server. */
  readonly pid: number;
}

/** Starts the PostgreSQL that is shipped with the project, on data that is removed when the server stops. */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<StartedServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'outdial-bench-'));
  const postgres = await startPostgres({ dataDir, settings: { ...SETTINGS, ...settings } });
  const server = serverAt(postgres.url, async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  return { server, pid: postgres.pid };
}

function serverAt(url: string, stop: () => Promise<void>): PostgresServer {
  return {
    stop,
    setting: (name) =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [name]);
        return rows[0]?.value ?? '';
      }),
    createDatabase: () =>
      withClient(url, async (client) => {
        const name = `outdial_bench_${randomBytes(6).toString('hex')}`;
        await client.query(`CREATE DATABASE ${name}`);
        return urlOf(url, name);
      }),
    dropDatabase: (database) =>
      withClient(url, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${new URL(database).pathname.slice(1)} WITH (FORCE)`);
      }),
  };
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrateDatabase } from '#database/migrate.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import { startPostgres } from '../../apps/local/src/postgres/embedded-postgres.js';
import { clockAhead } from '../chaos/plant/set-clock.js';

/** A server of its own, whose clock shows another time than the machine's. */
export interface MovedPostgres {
  readonly url: string;
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** Sunday, 03:00 in London: no rule pack lets anybody in Great Britain be called. */
export const SUNDAY_NIGHT = new Date('2027-01-17T03:00:00Z');

export const hasMovableClock = clockAhead(0) !== null;

/** Mode of the folder of the data. Started by root, PostgreSQL runs as another user, who has to reach its data. */
const OTHERS_MAY_PASS = 0o711;

/** Longest wait of a test's own statement. What the server was doing then is part of the error. */
const QUERY_TIMEOUT_MS = 60_000;

/** Starts a PostgreSQL with the schema at this time; its clock goes on from there. */
export async function startPostgresAt(time: Date): Promise<MovedPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'outdial moved '));
  await chmod(dataDir, OTHERS_MAY_PASS);
  const environment = clockAhead(Math.round((time.getTime() - Date.now()) / 1000))!;
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' };
  const postgres = await startPostgres({ dataDir: join(dataDir, 'data'), settings, environment });
  await migrateDatabase(postgres.url);
  await migrateQueue(postgres.url);
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2, query_timeout: QUERY_TIMEOUT_MS });
  pool.on('error', () => undefined);
  return {
    url: postgres.url,
    query: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) => {
      const result = await pool.query<Row>(text, values).catch(async (error: Error) => {
        throw new Error(`${error.message} of ${text}\n${await activityOf(postgres.url)}`, { cause: error });
      });
      return result.rows;
    },
    stop: async () => {
      await pool.end();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Tells what each connection of a server does, or waits for. */
async function activityOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query(ACTIVITY);
    return rows.map((row) => JSON.stringify(row)).join('\n');
  } catch (error) {
    return `The server does not answer: ${(error as Error).message}`;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const ACTIVITY = `
  SELECT pid, pg_blocking_pids(pid) AS blocked_by, application_name, state, wait_event_type, wait_event,
    left(query, 200) AS query
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;

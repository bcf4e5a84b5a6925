import pg from 'pg';
import { pause } from '../processes/patience.js';
import { POSTGRES_USER } from './postgres-cluster.js';
import { classifyFailure } from './postgres-failure.js';
import { diskFull, StartError } from '../processes/start-error.js';

export const LOCALHOST = '127.0.0.1';
const DATABASE = 'outdial';

export interface Login {
  readonly port: number;
  readonly password: string;
}

export function databaseUrl({ port, password }: Login): string {
  return `postgres://${POSTGRES_USER}:${encodeURIComponent(password)}@${LOCALHOST}:${port}/${DATABASE}`;
}

export interface LoggedIn {
  readonly dataDirectory: string;
}

export interface Waiting {
  readonly isAlive: () => boolean;
  readonly onRecovering: () => void;
  readonly signal?: AbortSignal;
}

const POLL_MS = 50;
const ORDINARY_START_MS = 1_000;

/**
 * Tries to log in until it succeeds or is rejected. Makes the database if it is missing.
 * @returns null once `isAlive` says that the server has ended.
 */
export async function awaitLogin(
  login: Login,
  { isAlive, onRecovering, signal }: Waiting,
): Promise<LoggedIn | 'refused' | null> {
  const startedAt = performance.now();
  while (isAlive()) {
    signal?.throwIfAborted();
    const answer = await tryLogin(login);
    if (answer !== 'absent' && answer !== 'recovering') return answer;
    if (answer === 'recovering' && performance.now() - startedAt > ORDINARY_START_MS) onRecovering();
    await pause(POLL_MS, signal);
  }
  return null;
}

async function tryLogin(login: Login): Promise<LoggedIn | 'refused' | 'absent' | 'recovering'> {
  const client = maintenanceClient(login);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await createDatabase(client);
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return { dataDirectory: rows[0]?.data_directory ?? '' };
  } catch (error) {
    return judge(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function maintenanceClient({ port, password }: Login): pg.Client {
  return new pg.Client({
    host: LOCALHOST,
    port,
    user: POSTGRES_USER,
    password,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`).catch(passDuplicate);
}

function passDuplicate(error: pg.DatabaseError): void {
  const isMadeMeanwhile = error.code === '42P04' || error.code === '23505';
  if (!isMadeMeanwhile) throw error;
}

/**
 * SQLSTATE 28P01 and 28000: wrong password or user. 57P0x: starting up, recovering or shutting down. 53300: no free
 * session.
 */
function judge(error: unknown): 'refused' | 'absent' | 'recovering' {
  if (!(error instanceof pg.DatabaseError)) return 'absent';
  const { code, message } = error;
  if (code === '28P01' || code === '28000') return 'refused';
  if (code === '57P03') return 'recovering';
  if (code?.startsWith('57P') || code === '53300') return 'absent';
  if (classifyFailure(message) === 'disk_full') throw new StartError(diskFull('the database'), { cause: error });
  throw new StartError(`PostgreSQL runs but cannot be prepared: ${message}`, { cause: error });
}

import pg from 'pg';
import type { Config } from '#config/config.js';
import { migrateDatabase } from '#database/migrate.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import { ensureAppLogin, type LoginOutcome } from './app-login.js';
import { PostgresSupervisor } from './postgres-supervisor.js';
import { messageOf, StartError } from '../processes/start-error.js';

export interface LocalDatabase {
  /** Address of the database. It changes if the embedded server comes back on another port. */
  readonly url: string;
  onMoved(listener: () => void): void;
  stop(): Promise<void>;
}

export const EMBEDDED_PORT = 15432;

/**
 * Opens the database that DATABASE_URL names, or the embedded one if it names none. The owner makes the login of
 * DATABASE_URL if it is missing.
 */
export async function openDatabase(
  { databaseUrl, migrationDatabaseUrl, dataDir }: Config,
  { onNote, signal }: { onNote: (note: string) => void; signal?: AbortSignal },
): Promise<LocalDatabase> {
  if (databaseUrl === null) {
    return PostgresSupervisor.start({ dataDir, preferredPort: EMBEDDED_PORT, onProgress: onNote, signal }, onNote);
  }
  if (migrationDatabaseUrl === null) await requireReachable(databaseUrl);
  return { url: databaseUrl, onMoved: () => undefined, stop: async () => undefined };
}

const CONNECT_TIMEOUT_MS = 5_000;

/** @throws StartError that names host and port, never the password. */
export async function requireReachable(databaseUrl: string, name = 'DATABASE_URL'): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { hostname, port } = new URL(databaseUrl);
    throw new StartError(`${name}: ${hostname}:${port || 5432} ${rejection(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Returns an error's message. Node gives none if a host with several addresses is unreachable. */
function rejection(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof pg.DatabaseError) return `rejects the connection: ${message}`;
  return `cannot be reached within ${CONNECT_TIMEOUT_MS / 1000} s (${code ?? message}): is PostgreSQL running there?`;
}

/** insufficient_privilege, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const NOT_THE_OWNER = '42501';
const OWNER_HINT = '. Whoever logs in does not own the tables: let MIGRATION_DATABASE_URL say who does.';

export interface Migrated {
  /** Names of the migrations that were applied now. */
  readonly applied: readonly string[];
  readonly login: LoginOutcome;
}

/**
 * Migrates the database as its owner, and makes the login that DATABASE_URL names.
 * @throws StartError
 */
export async function migrateAsOwner(ownerUrl: string, config: Config): Promise<Migrated> {
  await requireReachable(ownerUrl, 'MIGRATION_DATABASE_URL');
  const applied = await migrate(ownerUrl, config);
  if (config.databaseUrl === null) return { applied, login: 'none' };
  const login = await ensureAppLogin(ownerUrl, config.databaseUrl);
  await requireReachable(config.databaseUrl);
  return { applied, login };
}

/**
 * Migrates the tables, and those of the queue if it lives in the same database.
 * @returns the names of the applied migrations.
 */
export async function migrate(databaseUrl: string, { redisUrl }: Config): Promise<string[]> {
  try {
    const applied = await migrateDatabase(databaseUrl);
    if (redisUrl === null) await migrateQueue(databaseUrl);
    return applied;
  } catch (error) {
    const hint = (error as { code?: string }).code === NOT_THE_OWNER ? OWNER_HINT : '';
    throw new StartError(`The database could not be migrated: ${messageOf(error)}${hint}`, { cause: error });
  }
}

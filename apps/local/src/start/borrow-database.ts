import type { Config } from '#config/config.js';
import { makeDataDir } from '../processes/data-dir.js';
import { DataDirInUseError, lockDataDir } from '../processes/data-dir-lock.js';
import { startPostgres } from '../postgres/embedded-postgres.js';
import { EMBEDDED_PORT, requireReachable } from '../postgres/local-database.js';
import { explainFileError } from '../processes/start-error.js';

interface Borrowing {
  readonly onProgress: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` on the database that DATABASE_URL names, or else on the embedded one. A running system lends its
 * database; otherwise it runs as long as `work` takes.
 * @throws StartError if it cannot be reached or started.
 */
export async function borrowDatabase<T>(
  config: Config,
  borrowing: Borrowing,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl === null) return borrowEmbedded(config.dataDir, borrowing, work);
  await requireReachable(config.databaseUrl);
  return work(config.databaseUrl);
}

async function borrowEmbedded<T>(
  dataDir: string,
  borrowing: Borrowing,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  const release = await lockUnlessRunning(dataDir);
  try {
    const postgres = await startPostgres({ dataDir, preferredPort: EMBEDDED_PORT, ...borrowing });
    return await work(postgres.url).finally(() => (postgres.isAdopted ? undefined : postgres.stop()));
  } finally {
    await release();
  }
}

/** Locks the data directory. If a running system has the lock, its database is adopted. */
async function lockUnlessRunning(dataDir: string): Promise<() => Promise<void>> {
  try {
    await makeDataDir(dataDir);
    const lock = await lockDataDir(dataDir, null);
    return () => lock.release();
  } catch (error) {
    if (error instanceof DataDirInUseError) return async () => undefined;
    throw explainFileError(error, dataDir);
  }
}

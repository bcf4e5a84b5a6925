import { processConfig } from '#config/process-environment.js';
import type { Config } from '#config/config.js';
import { makeDataDir } from './data-dir.js';
import { DataDirInUseError, takeDataDirLock } from './data-dir-lock.js';
import { startPostgres } from './embedded-postgres.js';
import { EMBEDDED_PORT, migrate, requireReachable } from './local-database.js';
import { runCommand } from './run-command.js';
import { explainFileError } from './start-error.js';

await runCommand(async (signal) => {
  const config = processConfig();
  const applied =
    config.databaseUrl === null
      ? await migrateEmbedded(config, signal)
      : await migrateGiven(config.databaseUrl, config);
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('The database is up to date.');
});

async function migrateGiven(databaseUrl: string, config: Config): Promise<string[]> {
  await requireReachable(databaseUrl);
  return migrate(databaseUrl, config);
}

async function migrateEmbedded(config: Config, signal: AbortSignal): Promise<string[]> {
  const release = await lockUnlessRunning(config.dataDir);
  try {
    const postgres = await startPostgres({
      dataDir: config.dataDir,
      preferredPort: EMBEDDED_PORT,
      onProgress: console.log,
      signal,
    });
    return await migrate(postgres.url, config).finally(() => (postgres.isAdopted ? undefined : postgres.stop()));
  } finally {
    await release();
  }
}

/** A running system holds the lock, and its database is adopted for the migration. */
async function lockUnlessRunning(dataDir: string): Promise<() => Promise<void>> {
  try {
    await makeDataDir(dataDir);
    const lock = await takeDataDirLock(dataDir, null);
    return () => lock.release();
  } catch (error) {
    if (error instanceof DataDirInUseError) return async () => undefined;
    throw explainFileError(error, dataDir);
  }
}

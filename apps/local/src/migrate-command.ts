import type { Config } from '#config/config.js';
import { processConfig } from '#config/process-environment.js';
import { borrowDatabase } from './start/borrow-database.js';
import { migrate, migrateAsOwner, type Migrated } from './postgres/local-database.js';
import { runCommand } from './start/run-command.js';

await runCommand(async (signal) => {
  const config = processConfig();
  const { applied, login } = await bringToThisVersion(config, signal);
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('The database is up to date.');
  if (login === 'made') console.log('The login of DATABASE_URL was made.');
  if (login === 'password set') console.log('The login of DATABASE_URL has got its password.');
});

async function bringToThisVersion(config: Config, signal: AbortSignal): Promise<Migrated> {
  if (config.migrationDatabaseUrl !== null) return migrateAsOwner(config.migrationDatabaseUrl, config);
  const applied = await borrowDatabase(config, { onProgress: console.log, signal }, (url) => migrate(url, config));
  return { applied, login: 'none' };
}

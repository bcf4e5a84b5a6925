import { processConfig } from '#config/process-environment.js';
import { borrowDatabase } from './borrow-database.js';
import { migrate } from './local-database.js';
import { runCommand } from './run-command.js';

await runCommand(async (signal) => {
  const config = processConfig();
  const applied = await borrowDatabase(config, { onProgress: console.log, signal }, (url) =>
    migrate(config.migrationDatabaseUrl ?? url, config),
  );
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('The database is up to date.');
});

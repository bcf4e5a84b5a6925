import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Config } from '#config/config.js';
import { processConfig } from '#config/process-environment.js';
import { actAs } from '#database/connection/actor.js';
import { borrowDatabase } from './start/borrow-database.js';
import { withKeptKeys } from './start/credentials-keys.js';
import { openContext } from './ops/ops-context.js';
import { explainOutage } from './ops/outage.js';
import { runOps, type LendContext } from './ops/run-ops.js';
import { clusterExists } from './postgres/postgres-cluster.js';
import { clusterDirectory } from './postgres/postgres-placement.js';
import { runCommand } from './start/run-command.js';
import { StartError } from './processes/start-error.js';

await runCommand((signal) =>
  runOps(process.argv.slice(2), lendContext(signal), { print: console.log, complain: console.error }),
);

/** Lends the context. Messages about the database's start go to stderr, since a program may read the output. */
function lendContext(signal: AbortSignal): LendContext {
  return async (work) => {
    const config = await withKeptKeys(processConfig());
    await requireDatabase(config);
    return borrowDatabase(config, { onProgress: console.error, signal }, async (databaseUrl) => {
      try {
        const context = await openContext(config, databaseUrl);
        const operator = {
          kind: 'operator',
          id: userInfo().username,
          ip: null,
          requestId: null,
          tenantId: null,
          isAcrossTenants: true,
        } as const;
        return await actAs({ ...operator }, () => work(context)).finally(() => context.close());
      } catch (error) {
        throw explainOutage(error);
      }
    });
  };
}

/** Requires an existing database: a new one would repair nothing. */
async function requireDatabase({ databaseUrl, dataDir }: Config): Promise<void> {
  if (databaseUrl !== null) return;
  if (existsSync(dataDir) && (await clusterExists(await clusterDirectory(dataDir)))) return;
  throw new StartError(`There is no database in ${dataDir}: set DATABASE_URL, or OUTDIAL_DATA_DIR, to where it is.`);
}

import { execFile } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { clusterDirectory } from '../../../apps/local/src/postgres/postgres-placement.js';
import type { Plant } from '../plant/plant.js';

const run = promisify(execFile);

/** Form of making a backup and putting it back, with PostgreSQL's own means alone. */
export interface RestoreForm {
  readonly name: string;
  /** @returns how to put the backup in the place of what is there then. */
  makeBackup(plant: Plant): Promise<() => Promise<void>>;
}

export const RESTORE_FORMS: readonly RestoreForm[] = [
  { name: 'stopped directory copied back', makeBackup: copyDirectory },
  { name: 'copy renamed into place', makeBackup: copyDatabase },
];

const OTHERS_MAY_PASS = 0o711;

async function copyDirectory({ postgres, directory }: Plant): Promise<() => Promise<void>> {
  const cluster = await clusterDirectory(join(directory, 'database'));
  const copy = join(directory, 'backup');
  await postgres.goDown('fast');
  await rm(copy, { recursive: true, force: true });
  await run('cp', ['-a', cluster, copy]);
  await chmod(directory, OTHERS_MAY_PASS);
  await postgres.comeBack();
  return async () => {
    await postgres.goDown('fast');
    await run('rm', ['-rf', cluster]);
    await run('cp', ['-a', copy, cluster]);
    await postgres.comeBack();
  };
}

async function copyDatabase({ postgres }: Plant): Promise<() => Promise<void>> {
  const { database, administration } = urlsOf(postgres.url);
  const copy = `backup_${Date.now()}`;
  await on(administration, async (client) => {
    await closeTo(client, database);
    await client.query(`CREATE DATABASE ${copy} TEMPLATE ${database}`);
    await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
  });
  return () =>
    on(administration, async (client) => {
      await closeTo(client, database);
      await client.query(`ALTER DATABASE ${database} RENAME TO former_${copy}`);
      await client.query(`ALTER DATABASE ${copy} RENAME TO ${database}`);
    });
}

function urlsOf(databaseUrl: string): { database: string; administration: string } {
  const url = new URL(databaseUrl);
  const database = url.pathname.slice(1);
  url.pathname = '/postgres';
  return { database, administration: url.href };
}

async function closeTo(client: pg.Client, database: string): Promise<void> {
  await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
  await client.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`,
    [database],
  );
}

async function on(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'chaos' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

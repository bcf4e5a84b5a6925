import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDatabase } from '#database/migrate.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import { startPostgres, type RunningPostgres } from '../../apps/local/src/postgres/embedded-postgres.js';
import { ApiClient } from '../support/api-client.js';
import { setStage } from '../engine/dialing/stage.js';
import { freePort } from '../support/free-port.js';
import { startLocalSystem, type LocalSystem } from '../support/local-system.js';
import { createCampaign, dramaNumber, register, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';
import type { ImportView } from '../support/import-context.js';
import { createTestDatabase } from '../support/test-database.js';

interface Ready {
  readonly status: string;
  readonly checks: Record<string, string>;
  readonly hints: string[];
}

describe('A log whose disk is full', () => {
  let dataDir: string;
  let system: LocalSystem;

  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'outdial full ')), 'data');
    await mkdir(join(dataDir, 'logs'), { recursive: true });
    await symlink('/dev/full', join(dataDir, 'logs', 'outdial.log'));
    system = await startLocalSystem({ dataDir, port: await freePort(), environment: { LOG_LEVEL: 'debug' } });
    // The first start builds the programs.
  }, 600_000);

  afterAll(async () => {
    await system?.end('SIGINT');
    await rm(join(dataDir, '..'), { recursive: true, force: true });
  });

  it('ends no process, and is told by /readyz', async () => {
    const { user } = await register(system.client);
    expect(user.email).toContain('@');
    const { status, body } = await system.client.get<Ready>('//readyz');
    expect({ status, log: body.checks['log'], is: body.status }).toEqual({ status: 200, log: 'full', is: 'ok' });
    expect(body.hints).toEqual([expect.stringContaining('disk of the log is full')]);
    expect(system.output()).not.toContain('is started again');
  });
});

const readiness = async (client: ApiClient) => {
  const { status, body } = await client.get<Ready>('//readyz');
  return { status, database: body.checks['database'] };
};

describe('A database that may only be read', () => {
  it('makes /readyz answer 503, until it may be written again', async () => {
    const database = await createTestDatabase();
    const api = await startApi(testConfig(database.url));
    const { client } = api;
    const allowWriting = async (isAllowed: boolean) => {
      const [{ name } = { name: '' }] = await database.query<{ name: string }>('SELECT current_database() AS name');
      const readOnly = isAllowed ? 'off' : 'on';
      // The session that asks may be one of those that may only read.
      await database.query(
        `BEGIN READ WRITE; ALTER DATABASE "${name}" SET default_transaction_read_only = ${readOnly}; COMMIT`,
      );
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    };
    try {
      expect(await readiness(client)).toEqual({ status: 200, database: 'ok' });
      await allowWriting(false);
      await until('it is told', async () => (await readiness(client)).database === 'read_only');
      expect((await readiness(client)).status).toBe(503);
      await allowWriting(true);
      await until('it is over', async () => (await readiness(client)).status === 200);
    } finally {
      await api.close();
      await database.drop();
    }
  });
});

const DISK_SIZE = 'size=220m';

/** Mounts a disk of its own at `directory`. @returns whether this user may. */
function mountSmallDisk(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', DISK_SIZE, 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Tests a PostgreSQL on a disk that is small enough to be filled. Only root may mount one. */
describe('A database whose disk is full', () => {
  let directory: string;
  let isMounted: boolean;
  let postgres: RunningPostgres;
  let api: RunningApi;
  let closeAll: (() => Promise<void>)[];

  beforeAll(async () => {
    closeAll = [];
    directory = await mkdtemp(join(tmpdir(), 'outdial-disk-'));
    isMounted = mountSmallDisk(directory);
    if (!isMounted) return;
    postgres = await startPostgres({ dataDir: join(directory, 'data'), settings: { max_connections: '60' } });
    await migrateDatabase(postgres.url);
    await migrateQueue(postgres.url);
    api = await startApi(testConfig(postgres.url));
    closeAll = [() => api.close(), () => postgres.stop()];
  });

  afterAll(async () => {
    for (const close of closeAll) await close();
    if (isMounted) execFileSync('umount', ['-l', directory]);
    await rm(directory, { recursive: true, force: true });
  });

  const fillDisk = async () => {
    const { bavail, bsize } = await statfs(directory);
    await writeFile(join(directory, 'filler'), Buffer.alloc(bavail * bsize, 'x'));
  };

  it('makes /readyz answer 503, until there is room', async (context) => {
    if (!isMounted) context.skip('this user may not mount a disk');
    expect(await readiness(api.client)).toEqual({ status: 200, database: 'ok' });
    await fillDisk();
    await until('it is told', async () => (await readiness(api.client)).database === 'full');
    expect((await readiness(api.client)).status).toBe(503);
    await rm(join(directory, 'filler'));
    await until('it is over', async () => (await readiness(api.client)).status === 200);
  });
});

/**
 * Number of failures, above the tries of an import. The worker gives an import up after five tries. A server without
 * room makes more of them fail in seconds.
 */
const MORE_THAN_TRIES = 8;

describe('An import into a database without room', () => {
  it.each(['53100', '25006', '57P01', '58030'])('waits for it after %s, and is not given up', async (code) => {
    const stage = await setStage('postgres');
    const { client, database } = stage;
    try {
      await database.query(`
        CREATE SEQUENCE refusals;
        GRANT USAGE ON SEQUENCE refusals TO PUBLIC;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM nextval('refusals'); RAISE EXCEPTION 'no room' USING ERRCODE = '${code}'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON leads EXECUTE FUNCTION refuse()`);
      const campaign = await createCampaign(client);
      const { body } = await client.request<{ import: ImportView }>('POST', `/campaigns/${campaign.id}/imports`, {
        rawBody: `phone\n${dramaNumber(1)}\n`,
        headers: { 'content-type': 'text/csv' },
      });
      const view = async () => (await client.get<{ import: ImportView }>(`/imports/${body.import.id}`)).body.import;
      await until('more tries than an import has were refused', async () => {
        await database.query(`UPDATE imports SET claimed_until = now() WHERE holder IS NULL AND status = 'running'`);
        const [row] = await database.query<{ n: number }>('SELECT last_value::int AS n FROM refusals');
        return row!.n >= MORE_THAN_TRIES;
      });
      expect(['queued', 'running']).toContain((await view()).status);
      await database.query('DROP TRIGGER refuse ON leads');
      await until('it is through', async () => (await view()).status === 'completed');
      expect(await view()).toMatchObject({ created: 1, problem_code: null });
    } finally {
      await stage.close();
    }
  });
});

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresOptions, type RunningPostgres } from './embedded-postgres.js';
import { isRunning } from '../processes/process-table.js';

/** Settings under which data survives the death of processes, but not a power cut. */
const SETTINGS = { fsync: 'off', shared_buffers: '16MB' };

let template: string;
let dataDir: string;
const started: RunningPostgres[] = [];

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'outdial template '));
  await (await startPostgres({ dataDir: template, settings: SETTINGS })).stop();
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'outdial postgres '));
  await copyTree(template, dataDir);
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((postgres) => postgres.stop()));
  await rm(dataDir, { recursive: true, force: true });
});

afterAll(() => rm(template, { recursive: true, force: true }));

async function start(options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const postgres = await startPostgres({ dataDir, settings: SETTINGS, ...options });
  started.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

/** Copies a tree with the system's own command. It takes a tenth of Node's time for the thousand files of a cluster. */
async function copyTree(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', `${from}/.`, to]);
}

async function emptyDataDir(): Promise<void> {
  for (const name of await readdir(dataDir)) await rm(join(dataDir, name), { recursive: true });
}

async function crash(postgres: RunningPostgres): Promise<void> {
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.exited;
}

describe('startPostgres', () => {
  it('brings up PostgreSQL 18 with the database, for this machine only and with the settings asked for', async () => {
    await emptyDataDir();
    const postgres = await start();
    expect(postgres).toMatchObject({ isAdopted: false, port: Number(new URL(postgres.url).port) });
    expect(await query(postgres.url, 'SHOW server_version')).toMatch(/^18\./);
    expect(await query(postgres.url, 'SELECT current_database()')).toBe('outdial');
    expect(await query(postgres.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await query(postgres.url, 'SHOW fsync')).toBe('off');
    expect(await query(postgres.url, 'SHOW max_connections')).toBe('100');
  });

  it('lets in nobody without the password, which only the owner can read', async () => {
    const { url } = await start();
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
    const stranger = new URL(url);
    stranger.password = 'outdial';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps the data from run to run, and leaves neither process nor pid file behind', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
    const second = await start();
    expect(await query(second.url, 'SELECT n FROM kept')).toBe(7);
  });

  it('adopts one that runs already', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ isAdopted: true, pid: first.pid, port: first.port, url: first.url });
    await second.stop();
    await first.exited;
  });

  it('recovers after the death of the whole server', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await crash(first);
    const second = await start();
    expect(second.isAdopted).toBe(false);
    expect(await query(second.url, 'SELECT n FROM kept')).toBe(7);
  });

  it('tells when an adopted server ends', async () => {
    const first = await start();
    const second = await start();
    await crash(first);
    await second.exited;
  });

  it('takes another port when the preferred one is taken', async () => {
    const first = await start();
    const otherDir = join(dataDir, 'other');
    const second = await start({ dataDir: otherDir, preferredPort: first.port });
    expect(second.port).not.toBe(first.port);
    expect(await query(second.url, 'SHOW data_directory')).toBe(join(otherDir, 'postgres'));
    await second.stop();
    const third = await start({ dataDir: otherDir, preferredPort: second.port });
    expect(third.port).toBe(second.port);
  });

  it('gives two that start at once on the same data the same server', async () => {
    await emptyDataDir();
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.pid).toBe(two.pid);
    expect(one.isAdopted).toBe(!two.isAdopted);
    expect((await readdir(dataDir)).toSorted()).toEqual(['logs', 'postgres', 'postgres-password']);
  });

  it('clears away what a start that was killed half-way left behind', async () => {
    await emptyDataDir();
    const dead = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
    await once(dead, 'exit');
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'global'), '');
    await mkdir(join(dataDir, `postgres.new-${dead.pid}-abcdef`, 'base'), { recursive: true });
    await start();
    expect((await readdir(dataDir)).toSorted()).toEqual(['logs', 'postgres', 'postgres-password']);
  });

  it.each([
    ['a dead process', 2 ** 22 + 1],
    ['another program', process.pid],
  ])('is not held up by the pid file of %s', async (_, pid) => {
    const first = await start();
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    const [, ...rest] = (await readFile(pidFile, 'utf8')).split('\n');
    await first.stop();
    await writeFile(pidFile, [pid, ...rest].join('\n'), { mode: 0o600 });
    expect((await start()).isAdopted).toBe(false);
  });

  it("is not misled by a copy of another's running data directory", async () => {
    const first = await start();
    const copy = join(dataDir, 'copy');
    await mkdir(copy);
    await copyTree(template, copy);
    await copyFile(join(dataDir, 'postgres', 'postmaster.pid'), join(copy, 'postgres', 'postmaster.pid'));
    const second = await start({ dataDir: copy });
    expect(second.isAdopted).toBe(false);
    expect(second.pid).not.toBe(first.pid);
  });

  it('tells its progress only where it takes a while', async () => {
    await emptyDataDir();
    const messages: string[] = [];
    const onProgress = (message: string) => messages.push(message);
    await (await start({ onProgress })).stop();
    await start({ onProgress });
    expect(messages).toEqual(['Creating the database …']);
  });

  it('gives up when it is told to, and leaves nothing running', async () => {
    await emptyDataDir();
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('stopped by the user'));
    await expect(start({ onProgress, signal: controller.signal })).rejects.toThrow('stopped by the user');
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
  });
});

describe('startPostgres refuses in one sentence', () => {
  it('a data directory that is a file', async () => {
    await writeFile(join(dataDir, 'file'), '');
    await expect(start({ dataDir: join(dataDir, 'file') })).rejects.toThrow(
      `${join(dataDir, 'file')} cannot be a directory`,
    );
  });

  it('data of another major version', async () => {
    await emptyDataDir();
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '15\n');
    await expect(start()).rejects.toThrow('was made by PostgreSQL 15, and this version brings 18');
  });

  it('data whose password is gone or wrong', async () => {
    await (await start()).stop();
    const path = join(dataDir, 'postgres-password');
    await writeFile(path, 'wrong');
    await expect(start()).rejects.toThrow('does not fit the database');
    await rm(path);
    await expect(start()).rejects.toThrow(`${path} is missing`);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
  });

  it('settings that PostgreSQL does not know', async () => {
    await expect(start({ settings: { no_such_setting: '1' } })).rejects.toThrow(
      'unrecognized configuration parameter "no_such_setting"',
    );
  });
});

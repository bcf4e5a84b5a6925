import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type RunningSystem, type SystemOptions } from './local-system.js';
import { isRunning } from '../processes/process-table.js';
import { until } from '../../../../test/support/until.js';
import type { ChildProgram } from '../processes/supervised-child.js';

/** Stand-in for the API that is ready once its database answers. */
const API = `
import { createServer } from 'node:http';
import pg from ${JSON.stringify(import.meta.resolve('pg'))};
const { HOST, PORT, DATABASE_URL, AUTH_SECRET, SIMULATOR_RING_SECONDS } = process.env;
console.log('api', process.pid, AUTH_SECRET.length, SIMULATOR_RING_SECONDS);
process.on('disconnect', () => process.exit());
createServer(async (request, response) => {
  const client = new pg.Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 1000 });
  client.on('error', () => 0);
  const isUp = await client.connect().then(() => client.query('SELECT 1 FROM campaigns')).then(() => true, () => false);
  await client.end().catch(() => 0);
  response.writeHead(isUp ? 200 : 503).end();
}).listen(PORT, HOST);`;

let dir: string;
let children: ChildProgram[];
let system: RunningSystem | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'outdial system '));
  children = [await program('api', API)];
});

afterEach(() => system?.stop());
afterAll(() => rm(dir, { recursive: true, force: true }));

async function program(name: string, source: string): Promise<ChildProgram> {
  const modulePath = join(dir, `${name}.mjs`);
  await writeFile(modulePath, source);
  return { name, modulePath };
}

/** Makes settings. Empty values count as absent, since the tests' own environment may name a database. */
function settings(environment: Record<string, string> = {}): Record<string, string> {
  return {
    OUTDIAL_DATA_DIR: join(dir, 'data'),
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: '',
    REDIS_URL: '',
    AUTH_SECRET: '',
    ...environment,
  };
}

async function start(options: SystemOptions = {}): Promise<RunningSystem> {
  system = await startSystem({ children, ...options, environment: settings(options.environment) });
  return system;
}

async function readyStatus({ origin }: RunningSystem): Promise<number | null> {
  return fetch(`${origin}/readyz`).then(
    ({ status }) => status,
    () => null,
  );
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dir, 'data', 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function expectNothingLeft(): Promise<void> {
  expect((await readdir(join(dir, 'data'))).toSorted()).toEqual([
    'app-password',
    'auth-secret',
    'credentials-keys',
    'logs',
    'postgres',
    'postgres-password',
  ]);
  expect(await readdir(join(dir, 'data', 'postgres'))).not.toContain('postmaster.pid');
}

describe('startSystem', () => {
  it('comes up migrated and ready, and is gone after stop()', async () => {
    const running = await start({ environment: { SIMULATOR_RING_SECONDS: '0.5' } });
    expect(running.apiUrl).toBe(`${running.origin}/api/v1`);
    expect(await readyStatus(running)).toBe(200);
    const said = (await readFile(running.logFile, 'utf8')).split('\n').find((line) => line.startsWith('api '));
    const [, pid, secretLength, ringSeconds] = said?.split(' ') ?? [];
    expect([secretLength, ringSeconds]).toEqual(['48', '0.5']);
    const postmaster = await postmasterPid();

    await Promise.all([running.stop(), running.stop()]);
    expect([Number(pid), postmaster].filter(isRunning)).toEqual([]);
    await expectNothingLeft();
  });

  it('keeps data and secret from run to run', async () => {
    const secret = await readFile(join(dir, 'data', 'auth-secret'), 'utf8');
    const client = new pg.Client({ connectionString: (await start()).databaseUrl });
    await client.connect();
    await client.query('SELECT 1 FROM campaigns');
    await client.end();
    expect(await readFile(join(dir, 'data', 'auth-secret'), 'utf8')).toBe(secret);
  });

  it('refuses a second one on the same data, and leaves the first alone', async () => {
    const running = await start();
    await expect(startSystem({ children, environment: settings() })).rejects.toThrow(
      `already runs at ${running.origin} (pid ${process.pid})`,
    );
    expect(await readyStatus(running)).toBe(200);
  });

  it('brings a killed PostgreSQL back', async () => {
    const notes: string[] = [];
    const running = await start({ onProgress: (note) => notes.push(note) });
    const before = await postmasterPid();
    process.kill(before, 'SIGKILL');
    await expect.poll(() => notes, { timeout: 10_000 }).toContain('PostgreSQL has ended; it is started again.');
    await expect.poll(() => readyStatus(running), { timeout: 20_000 }).toBe(200);
    expect(await postmasterPid()).not.toBe(before);
  });

  it('says so when a child gives up later', async () => {
    const worker = await program(
      'worker',
      `process.on('SIGTERM', () => { console.error('worker: no such provider'); process.exit(78); });
      console.log('worker', process.pid); setInterval(() => 0, 1000);`,
    );
    const running = await start({ children: [...children, worker] });
    const pid = await until(
      'the worker has written its pid',
      async () => /^worker (\d+)$/m.exec(await readFile(running.logFile, 'utf8'))?.[1],
    );
    process.kill(Number(pid), 'SIGTERM');
    expect((await running.gaveUp).message).toContain('worker: no such provider');
  });
});

describe('startSystem leaves nothing running when it fails', () => {
  it('because the port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>((resolve) =>
      server.once('listening', () => resolve(server.address() as AddressInfo)),
    );
    await expect(start({ environment: { PORT: String(port) } })).rejects.toThrow(`Port ${port} is in use`);
    server.close();
    await expectNothingLeft();
  });

  it('because a child refuses its configuration', async () => {
    const broken = await program('worker', `console.error('worker: SIP_USER is not set'); process.exit(78);`);
    await expect(start({ children: [broken] })).rejects.toThrow('worker: SIP_USER is not set');
    await expectNothingLeft();
  });

  it('because it was told to stop meanwhile', async () => {
    const controller = new AbortController();
    const slow = await program('slow', `console.log('slow'); setInterval(() => 0, 1000);`);
    const starting = start({ children: [slow], signal: controller.signal });
    const logFile = join(dir, 'data', 'logs', 'outdial.log');
    await expect.poll(() => readFile(logFile, 'utf8'), { timeout: 20_000 }).toMatch(/^slow$/m);
    controller.abort(new Error('Ctrl-C'));
    await expect(starting).rejects.toThrow('Ctrl-C');
    await expectNothingLeft();
  });

  it('because DATABASE_URL leads nowhere, without telling its password', async () => {
    const DATABASE_URL = 'postgres://me:s3cret@127.0.0.1:1/outdial';
    const error = await start({ environment: { DATABASE_URL } }).catch((reason: unknown) => String(reason));
    expect(error).toContain('DATABASE_URL: 127.0.0.1:1 cannot be reached');
    expect(error).not.toContain('s3cret');
    await expectNothingLeft();
  });
});

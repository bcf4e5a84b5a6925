import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres } from './embedded-postgres.js';
import { PostgresSupervisor } from './postgres-supervisor.js';

let dataDir: string;
let notes: string[];
let supervisor: PostgresSupervisor;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'outdial supervisor '));
  notes = [];
  supervisor = await PostgresSupervisor.start({ dataDir, settings: { fsync: 'off' } }, (note) => notes.push(note));
});

afterEach(async () => {
  await supervisor.stop();
  await rm(dataDir, { recursive: true });
});

/** Kills the server and waits until it is gone. */
async function kill(): Promise<void> {
  const { pid, exited } = await startPostgres({ dataDir });
  process.kill(pid, 'SIGKILL');
  await exited;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function occupy(url: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(new URL(url).port), '127.0.0.1', resolve);
  });
  return server;
}

describe('PostgresSupervisor', () => {
  it('brings a killed server back at the same address', async () => {
    const { url } = supervisor;
    await kill();
    await expect.poll(() => answers(url), { timeout: 20_000 }).toBe(true);
    expect(supervisor.url).toBe(url);
    expect(notes[0]).toBe('PostgreSQL has ended; it is started again.');
  });

  it('tells when the server had to move to another port', async () => {
    const { url } = supervisor;
    const moved = new Promise<void>((resolve) => supervisor.onMoved(resolve));
    await kill();
    const stranger = await occupy(url);
    await moved;
    stranger.close();
    expect(supervisor.url).not.toBe(url);
    expect(await answers(supervisor.url)).toBe(true);
  });

  it('does not bring it back once it was stopped', async () => {
    await kill();
    await expect.poll(() => notes).toContain('PostgreSQL has ended; it is started again.');
    await supervisor.stop();
    expect(await answers(supervisor.url)).toBe(false);
  });
});

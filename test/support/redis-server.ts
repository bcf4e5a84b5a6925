import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';

export interface RunningRedis {
  readonly url: string;
  readonly port: number;
  /** Kills it, with all it holds. */
  stop(): Promise<void>;
}

/** Debian: `apt-get install redis-server`. Without it, the tests on Redis are skipped, visibly. */
export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0;

/**
 * A Redis of its own, as a deployment should run it: nothing evicted, every write logged. A given port is used again.
 */
export async function startRedis(givenPort?: number): Promise<RunningRedis> {
  const port = givenPort ?? (await freePort());
  const directory = await mkdtemp(join(tmpdir(), 'outdial-redis-'));
  const child = spawn('redis-server', settings(port, directory), { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`redis-server exited with ${code}`)));
    child.stdout.on('data', (chunk: Buffer) => chunk.includes('Ready to accept connections') && resolve());
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.removeAllListeners('exit');
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function settings(port: number, directory: string): string[] {
  const address = ['--port', `${port}`, '--bind', '127.0.0.1'];
  return [...address, '--dir', directory, '--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { freePort } from '../../../apps/local/src/processes/ports.js';
import { StartError } from '../../../apps/local/src/processes/start-error.js';

const HOST = '127.0.0.1';

/** A Redis as a deployment should run it (nothing evicted, every write logged), on a fixed port. */
export class PlantRedis {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly directory: string,
    readonly port: number,
  ) {}

  static async start(directory: string): Promise<PlantRedis> {
    await mkdir(directory, { recursive: true });
    const redis = new PlantRedis(directory, await freePort(HOST));
    await redis.comeBack();
    return redis;
  }

  async comeBack(): Promise<void> {
    const child = (this.child = spawn('redis-server', settings(this.port, this.directory), {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    }));
    await new Promise<void>((resolve, reject) => {
      child.once('error', () => reject(new StartError('redis-server is not installed: apt-get install redis-server.')));
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
      child.stdout?.on('data', (chunk: Buffer) => chunk.includes('Ready to accept connections') && resolve());
    });
  }

  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  /** Sends one command on a connection of its own and waits for the answer. */
  async command(text: string): Promise<void> {
    const socket = connect(this.port, HOST);
    try {
      socket.write(`${text}\r\n`);
      await once(socket, 'data');
    } finally {
      socket.destroy();
    }
  }
}

function settings(port: number, directory: string): string[] {
  const address = ['--port', `${port}`, '--bind', HOST];
  return [...address, '--dir', directory, '--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
}

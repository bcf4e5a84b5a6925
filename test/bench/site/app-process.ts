import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '#config/process-environment.js';
import { settlesWithTimeout } from '../../../apps/local/src/processes/patience.js';

const MODULES = {
  api: fileURLToPath(new URL('../../../apps/api/src/main.js', import.meta.url)),
  worker: fileURLToPath(new URL('../../../apps/worker/src/main.js', import.meta.url)),
};

const STOP_PATIENCE_MS = 15_000;

/**
 * The built API or worker as a process of its own, which ends when the bench does. Node gets the flags of the bench
 * itself, so that `node --cpu-prof dist/test/bench/main.js` profiles it.
 */
export class AppProcess {
  private readonly exited: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    readonly name: keyof typeof MODULES,
    private readonly logFile: string,
  ) {
    this.exited = once(child, 'exit');
  }

  static start(name: keyof typeof MODULES, environment: Record<string, string>, logFile: string): AppProcess {
    const log = openSync(logFile, 'a');
    try {
      const options = {
        env: childEnvironment(environment),
        stdio: ['ignore', log, log, 'ipc'] as const,
        detached: true,
      };
      return new AppProcess(fork(MODULES[name], { ...options, stdio: [...options.stdio] }), name, logFile);
    } finally {
      closeSync(log);
    }
  }

  /** Null when the process could not be started. */
  get pid(): number | null {
    return this.child.pid ?? null;
  }

  /** @throws Error with the end of its log when it has ended by itself. */
  async requireAlive(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) return;
    const log = await readFile(this.logFile, 'utf8');
    throw new Error(`The ${this.name} ended by itself:\n${log.split('\n').slice(-12).join('\n')}`);
  }

  /** Resident memory; 0 where the system does not tell. */
  async residentMegabytes(): Promise<number> {
    await this.requireAlive();
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    if (await settlesWithTimeout(this.exited, STOP_PATIENCE_MS)) return;
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

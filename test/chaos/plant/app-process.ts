import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { childEnvironment } from '#config/process-environment.js';
import { settlesWithTimeout } from '../../../apps/local/src/processes/patience.js';

/** Environment and arguments with which the next life of a program starts. */
export interface Life {
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeArguments: readonly string[];
}

/** A life that ended without being told to. */
export interface Death {
  readonly name: string;
  readonly at: number;
  readonly livedMs: number;
  readonly exitCode: number | null;
}

const RESPAWN_AFTER_MS = 500;
const STOP_PATIENCE_MS = 20_000;

/** A program that is started again half a second after it ended, as a supervisor would, whoever ended it. */
export class AppProcess {
  readonly deaths: Death[] = [];
  private child: ChildProcess | null = null;
  private respawn: NodeJS.Timeout | undefined;
  private isWanted = false;
  private isAskedToEnd = false;

  constructor(
    readonly name: string,
    private readonly program: { readonly modulePath: string; readonly logFile: string },
    private readonly nextLife: () => Life,
  ) {}

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  start(): void {
    this.isWanted = true;
    this.isAskedToEnd = false;
    clearTimeout(this.respawn);
    const startedAt = performance.now();
    const child = (this.child = spawnLogged(this.program, this.nextLife()));
    const end = (exitCode: number | null, signal: NodeJS.Signals | null) => {
      if (this.child !== child) return;
      this.child = null;
      if (signal === null && !this.isAskedToEnd)
        this.deaths.push({ name: this.name, at: Date.now(), livedMs: performance.now() - startedAt, exitCode });
      if (this.isWanted) this.respawn = setTimeout(() => this.start(), RESPAWN_AFTER_MS);
    };
    child.once('exit', end);
    child.once('error', () => end(null, null));
  }

  /** A process that is gone already is signalled in vain, which is no error. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** SIGTERM, and the next life at once after its end. */
  async restart(): Promise<void> {
    await this.end();
    this.start();
  }

  async stop(): Promise<void> {
    this.isWanted = false;
    clearTimeout(this.respawn);
    await this.end();
  }

  private async end(): Promise<void> {
    const { child } = this;
    clearTimeout(this.respawn);
    if (!child) return;
    const exited = once(child, 'exit');
    const wasWanted = this.isWanted;
    this.isWanted = false;
    this.isAskedToEnd = true;
    child.kill('SIGTERM');
    child.kill('SIGCONT');
    if (!(await settlesWithTimeout(exited, STOP_PATIENCE_MS))) child.kill('SIGKILL');
    await exited;
    this.isWanted = wasWanted;
  }
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches the runner alone. The IPC channel tells the
 * program when the runner is gone.
 */
function spawnLogged({ modulePath, logFile }: { modulePath: string; logFile: string }, life: Life): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    return fork(modulePath, {
      env: childEnvironment(life.environment),
      execArgv: ['--enable-source-maps', ...life.nodeArguments],
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { PRIVATE_FILE } from '#config/private-files.js';
import { lastLinesOf, readSince, sizeOf } from './log-file.js';
import { settlesWithTimeout } from './patience.js';

/** Node program that the launcher keeps alive. */
export interface ChildProgram {
  readonly name: string;
  readonly modulePath: string;
}

export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly livedMs: number;
}

const LAST_LINES = 12;

/** Run of a program, from its start to its end. */
export class ChildLife {
  readonly ended: Promise<ChildEnd>;
  private readonly child: ChildProcess;

  private constructor(
    program: ChildProgram,
    private readonly logFile: string,
    private readonly logOffset: number,
    environment: NodeJS.ProcessEnv,
  ) {
    const startedAt = performance.now();
    this.child = spawnLogged(program.modulePath, logFile, environment);
    this.ended = new Promise((resolve) => {
      const end = (exitCode: number | null, signal: NodeJS.Signals | null) =>
        resolve({ exitCode, signal, livedMs: performance.now() - startedAt });
      this.child.once('exit', end);
      this.child.once('error', () => end(null, null));
    });
  }

  static async begin(program: ChildProgram, logFile: string, environment: NodeJS.ProcessEnv): Promise<ChildLife> {
    return new ChildLife(program, logFile, await sizeOf(logFile), environment);
  }

  /** Asks the process to end, and kills its process group if it takes too long. */
  async stop(patienceMs: number): Promise<void> {
    this.child.kill('SIGTERM');
    if (await settlesWithTimeout(this.ended, patienceMs)) return;
    killGroup(this.child);
    await this.ended;
  }

  async lastLines(): Promise<string[]> {
    return lastLinesOf(await readSince(this.logFile, this.logOffset), this.child.pid ?? 0, LAST_LINES);
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Starts the program in a process group of its own, so that Ctrl-C reaches the launcher alone. The IPC channel tells
 * the program when the launcher is gone.
 */
function spawnLogged(modulePath: string, logFile: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(logFile, 'a', PRIVATE_FILE);
  try {
    return spawn(process.execPath, [modulePath], { detached: true, stdio: ['ignore', log, log, 'ipc'], env });
  } finally {
    closeSync(log);
  }
}

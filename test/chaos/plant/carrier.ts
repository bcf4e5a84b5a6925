import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { childEnvironment } from '#config/process-environment.js';
import { StartError } from '../../../apps/local/src/processes/start-error.js';

const LISTENING = /listening on http:\/\/[^:]+:(\d+)/;

/** A program that says where it listens, and writes down what happens to its calls. */
export interface CarrierProgram {
  readonly modulePath: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Program that carries the calls, as a process of its own. It is never killed, since only its memory knows the calls;
 * it may be frozen for a while.
 */
export class PlantCarrier {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(program: CarrierProgram, outputLog: string): Promise<PlantCarrier> {
    const log = openSync(outputLog, 'a');
    const child = spawn(process.execPath, ['--enable-source-maps', program.modulePath, ...program.arguments], {
      env: childEnvironment(program.environment),
      stdio: ['ignore', 'pipe', log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    return new PlantCarrier(child, await portOf(child, outputLog));
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Makes the carrier answer look-ups with 503 from now on, or no longer. */
  refuseLookups(isRefusing: boolean): void {
    this.child.send({ refusesLookups: isRefusing });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

function portOf(child: ChildProcess, outputLog: string): Promise<number> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new StartError(`The carrier ended at once: ${outputLog} says why. ${said}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const port = Number(LISTENING.exec(said)?.[1] ?? 0);
      if (port > 0) resolve(port);
    });
  });
}

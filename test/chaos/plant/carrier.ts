import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '#config/process-environment.js';
import { StartError } from '../../../apps/local/src/start-error.js';

const MODULE = fileURLToPath(new URL('../../../apps/carrier/src/main.js', import.meta.url));
const LISTENING = /listening on http:\/\/[^:]+:(\d+)/;

export interface CarrierSettings {
  readonly eventLog: string;
  readonly outputLog: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The simulated carrier as a process of its own. It is never killed, since its memory is the network; it may stand still for a while. */
export class PlantCarrier {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start({ eventLog, outputLog, environment }: CarrierSettings): Promise<PlantCarrier> {
    const log = openSync(outputLog, 'a');
    const child = spawn(process.execPath, [MODULE], {
      env: childEnvironment({ CARRIER_PORT: '0', CARRIER_LOG: eventLog, ...environment }),
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

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '#config/process-environment.js';
import { ApiClient } from './api-client.js';

/** `npm start` without npm: the launcher, from the built sources, as its own process. */
export interface LocalSystem {
  readonly pid: number;
  readonly client: ApiClient;
  readonly output: () => string;
  /** Signals the launcher and waits for its end. @returns its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface LocalSettings {
  readonly dataDir: string;
  readonly port: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts it and waits until it is ready. @throws with what it printed when it ends before. */
export async function startLocalSystem(settings: LocalSettings): Promise<LocalSystem> {
  const { child, output } = launch(settings);
  const ended = once(child, 'exit');
  await Promise.race([
    new Promise<void>((resolve) =>
      child.stdout?.on('data', () => output().includes('Outdial is running') && resolve()),
    ),
    ended.then(() => Promise.reject(new Error(`The launcher ended: ${output()}`))),
  ]);
  return {
    pid: child.pid ?? 0,
    client: new ApiClient(`http://127.0.0.1:${settings.port}`),
    output,
    end: async (signal) => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** Starts it where it must not start. @returns its exit code and all it printed. */
export async function failToStart(settings: LocalSettings): Promise<{ code: number | null; output: string }> {
  const { child, output } = launch(settings);
  await once(child, 'close');
  return { code: child.exitCode, output: output() };
}

/**
 * Starts the local system with only those environment variables that any program needs. The tests' own `DATABASE_URL`
 * is not passed on.
 */
function launch({ dataDir, port, environment }: LocalSettings): { child: ChildProcess; output: () => string } {
  const { PATH, HOME } = childEnvironment({});
  const child = spawn(process.execPath, ['apps/local/start.mjs'], {
    env: { PATH, HOME, OUTDIAL_DATA_DIR: dataDir, PORT: `${port}`, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

import type { Config } from '#config/config.js';
import { pause } from '../processes/patience.js';
import { freePort, portObstacle } from '../processes/ports.js';
import { StartError } from '../processes/start-error.js';

/** Address on which the API listens, and its address for this machine. */
export interface ApiEndpoint {
  readonly host: string;
  readonly port: number;
  readonly origin: string;
}

/** Chooses the port; PORT=0 means any free one. */
export async function chooseEndpoint({ host, port: wanted }: Config): Promise<ApiEndpoint> {
  const port = wanted === 0 ? await freePort(host) : wanted;
  return { host, port, origin: `http://${callableHost(host)}:${port}` };
}

const EVERY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

function callableHost(host: string): string {
  return EVERY_ADDRESS[host] ?? (host.includes(':') ? `[${host}]` : host);
}

const POLL_MS = 100;

/** @throws StartError if the port is not free within `patienceMs`. */
export async function requireFreePort(
  { host, port }: ApiEndpoint,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const obstacle = await portObstacle(host, port);
    if (obstacle === null) return;
    if (obstacle !== 'EADDRINUSE' || performance.now() > deadline)
      throw new StartError(portSentence(host, port, obstacle));
    await pause(POLL_MS, signal);
    signal?.throwIfAborted();
  }
}

function portSentence(host: string, port: number, obstacle: string): string {
  if (obstacle === 'EADDRINUSE') return `Port ${port} is in use: set PORT to another, e.g. PORT=${port + 1} npm start`;
  if (obstacle === 'EACCES')
    return `Port ${port} is reserved for root: set PORT to 1024 or more, e.g. PORT=3000 npm start`;
  return (
    `HOST=${host} cannot be listened on (${obstacle}): use 127.0.0.1, ` +
    'or 0.0.0.0 for every address of this machine.'
  );
}

const READY_PATIENCE_MS = 60_000;
const ANSWER_PATIENCE_MS = 2_000;

/**
 * Waits until `/readyz` answers 200.
 * @throws StartError after a minute.
 */
export async function awaitReady({ origin }: ApiEndpoint, logFile: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_PATIENCE_MS;
  while (!(await isReady(origin))) {
    signal.throwIfAborted();
    if (performance.now() > deadline) {
      throw new StartError(
        `The API did not become ready at ${origin}/readyz in ${READY_PATIENCE_MS / 1000} s: ${logFile} says why.`,
      );
    }
    await pause(POLL_MS, signal);
  }
}

async function isReady(origin: string): Promise<boolean> {
  const answer = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(ANSWER_PATIENCE_MS) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status === 200;
}

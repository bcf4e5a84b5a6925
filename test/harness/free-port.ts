import { randomInt } from 'node:crypto';
import { portObstacle } from '../../apps/local/src/processes/ports.js';

const FIRST_PORT = 15_000;
const PORTS = 15_000;

/** Outside of the range from which the system chooses: one of those may be somebody else's a moment later. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    if ((await portObstacle('127.0.0.1', port)) === null) return port;
  }
}

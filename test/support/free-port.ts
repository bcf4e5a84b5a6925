import { randomInt } from 'node:crypto';
import { portObstacle } from '../../apps/local/src/processes/ports.js';

const FIRST_PORT = 15_000;
const PORTS = 15_000;

/** Returns a port outside the range of the system, whose ports another program may get a moment later. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    if ((await portObstacle('127.0.0.1', port)) === null) return port;
  }
}

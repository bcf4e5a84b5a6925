import type { FastifyInstance } from 'fastify';
import { isIP } from 'node:net';

/**
 * Makes `request.ip` an address, whatever X-Forwarded-For says. Counts and records use it, and a column of 45
 * characters stores it.
 */
export function readAddresses(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const value = farthestAddress(request.ips ?? [request.ip]);
    Object.defineProperty(request, 'ip', { value });
    done();
  });
}

/**
 * Returns the last address of a chain that begins at the socket and ends at the client. A proxy that passes on a header
 * unread may pass on words. If one stands in the chain, the hop before it counts as the client. Zones (`fe80::1%eth0`)
 * are dropped, since they mean something on one machine only.
 */
export function farthestAddress(way: readonly string[]): string {
  const addresses = way.map((hop) => hop.split('%', 1)[0]!);
  const firstWord = addresses.findIndex((hop) => isIP(hop) === 0);
  const known = firstWord === -1 ? addresses : addresses.slice(0, firstWord);
  return known.at(-1) ?? UNKNOWN;
}

/** Stands for the address of a socket that is no socket of the internet, or is gone already. */
const UNKNOWN = '0.0.0.0';

import type { FastifyInstance } from 'fastify';
import { isIP } from 'node:net';

/**
 * Makes `request.ip` an address, whatever stands in X-Forwarded-For: counts and records are by it, and a column of 45
 * characters keeps it.
 */
export function readAddresses(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const value = farthestAddress(request.ips ?? [request.ip]);
    Object.defineProperty(request, 'ip', { value });
    done();
  });
}

/**
 * The last address of a way that begins at the socket and ends at the client. A proxy that hands on a header as it came
 * hands on words as well; where one stands, the hop before counts as the client. Zones (`fe80::1%eth0`) mean something
 * on one machine only.
 */
export function farthestAddress(way: readonly string[]): string {
  const addresses = way.map((hop) => hop.split('%', 1)[0]!);
  const firstWord = addresses.findIndex((hop) => isIP(hop) === 0);
  const known = firstWord === -1 ? addresses : addresses.slice(0, firstWord);
  return known.at(-1) ?? UNKNOWN;
}

/** Stands for the address of a socket that is no socket of the internet, or is gone already. */
const UNKNOWN = '0.0.0.0';

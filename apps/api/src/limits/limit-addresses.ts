import type { FastifyInstance } from 'fastify';
import type { Limits } from './limits.js';

/**
 * Counts every request by its address, and rejects those beyond the limit before their body is read. Routes that are
 * not limited say so in their configuration: probes, and routes that providers reach.
 */
export function limitAddresses(fastify: FastifyInstance, limits: Limits): void {
  fastify.addHook('onRequest', async ({ ip, routeOptions }) => {
    if (routeOptions.config?.isUnlimited !== true) limits.countRequest(ip);
  });
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '#rules/errors/domain-error.js';
import type { Limits } from '../limits/limits.js';
import { isPossibleToken, requireBearer } from './bearer.js';

/**
 * Rejects requests to closed routes before their body is read, if they show nothing that can be a token. Addresses that
 * only try tokens are rejected as well. The guards find out whether a possible token is valid.
 */
export function refuseStrangers(fastify: FastifyInstance, limits: Limits): void {
  fastify.addHook('onRequest', async (request) => {
    if (!isClosed(request)) return;
    limits.requireGoodManners(request.ip);
    if (isPossibleToken(requireBearer(request.headers.authorization))) return;
    limits.noteBadToken(request.ip);
    throw new DomainError('token_invalid');
  });
}

/** True for every route that is not marked public. An OPTIONS request asks about a route and changes nothing. */
function isClosed({ is404, method, routeOptions }: FastifyRequest): boolean {
  return !is404 && method !== 'OPTIONS' && routeOptions.config.isPublic !== true;
}

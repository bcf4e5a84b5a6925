import type { FastifyInstance } from 'fastify';

/** Node itself would refuse a request without a host with an empty answer (RFC 9112 §3.2). */
export function requireHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ raw }) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) throw new MissingHost();
  });
}

/** A request of HTTP/1.1 does not say for whom it is. */
export class MissingHost extends Error {
  override readonly name = 'MissingHost';
  readonly statusCode = 400;

  constructor() {
    super('The header Host is missing, which HTTP/1.1 asks for');
  }
}

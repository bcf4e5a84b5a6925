import type { FastifyInstance } from 'fastify';

/** Rejects a request without a host (RFC 9112 §3.2). Node itself would answer with an empty body. */
export function requireHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ raw }) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) throw new MissingHost();
  });
}

/** Error for a request of HTTP/1.1 without a host. */
export class MissingHost extends Error {
  override readonly name = 'MissingHost';
  readonly statusCode = 400;

  constructor() {
    super('The header Host is missing, which HTTP/1.1 asks for');
  }
}

import type { FastifyInstance } from 'fastify';

const BODY_PATIENCE_MS = 60_000;

/**
 * Ends requests whose body does not arrive. Node's own limit for whole requests would end a file of a gigabyte as well.
 * So that limit is set to hours. A body that is read as a stream is left to its handler.
 */
export function limitWaitForBodies(fastify: FastifyInstance, patienceMs = BODY_PATIENCE_MS): void {
  const timers = new WeakMap<object, NodeJS.Timeout>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    timers.set(request, setTimeout(() => request.raw.destroy(), patienceMs).unref());
    done();
  });
  fastify.addHook('preHandler', (request, _reply, done) => {
    clearTimeout(timers.get(request));
    done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    clearTimeout(timers.get(request));
    done();
  });
}

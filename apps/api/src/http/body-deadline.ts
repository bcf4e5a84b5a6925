import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';

const BODY_PATIENCE_MS = 60_000;

/** Long enough for a client to read the answer and stop sending. */
const UNREAD_PATIENCE_MS = 5_000;

/**
 * Ends requests whose body does not come. Node's own limit for whole requests would end a file of a gigabyte as well,
 * so it is set to hours: a body that is read as a stream is its handler's business.
 */
export function limitWaitForBodies(fastify: FastifyInstance, patienceMs = BODY_PATIENCE_MS): void {
  fastify.server.prependListener('request', closeUnlessRead);
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

/**
 * Closes the connection of a request that was answered before its body came, such as an upload that was refused: its
 * client may go on sending, or say nothing more, for as long as a whole upload may take.
 */
function closeUnlessRead(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete) return;
    const timer = setTimeout(() => request.socket.destroy(), UNREAD_PATIENCE_MS).unref();
    request.once('end', () => clearTimeout(timer));
    request.once('close', () => request.complete && clearTimeout(timer));
  });
}

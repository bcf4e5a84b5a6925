import type { FastifyInstance } from 'fastify';

/**
 * Lets go of connections while we shut down: what was being answered when that began would otherwise keep its connection, and us, for as
 * long as an idle one is kept (72 s by default).
 */
export function closeWithLastAnswers(fastify: FastifyInstance): void {
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done(null, payload);
  });
}

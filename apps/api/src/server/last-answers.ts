import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Time after which a connection without a byte counts as one that a client keeps in reserve. */
const SILENCE_MS = 1_000;

/**
 * Closes connections while the api shuts down. An answer in progress would otherwise keep its connection for as long as
 * an idle one (72 s by default). A connection over which nothing was ever asked would stay for a minute.
 */
export function closeWithLastAnswers(fastify: FastifyInstance): void {
  let isClosing = false;
  const sockets = new Set<Socket>();
  fastify.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    setTimeout(() => destroySilent(sockets), SILENCE_MS).unref();
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done(null, payload);
  });
}

function destroySilent(sockets: Iterable<Socket>): void {
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as immediate } from 'node:timers/promises';

/** Time in which a client can read the answer and stop sending. */
const PATIENCE_MS = 5_000;

/**
 * Ends the connection of a request that was answered before its body came, such as a rejected upload. Its client may
 * otherwise go on sending, or stay silent, for as long as a whole upload may take. The answer says so, and nothing is
 * sent after it. What the client still sends is discarded for some seconds. A connection that is closed with unread
 * bytes would take the answer from the client (RFC 9112 §9.6).
 */
export function closeUnreadBodies(fastify: FastifyInstance): void {
  fastify.server.on('checkContinue', (request, response) => letAsk(fastify, request, response));
  fastify.addHook('preParsing', async (request, reply) => askForBody(request.raw, reply.raw));
  fastify.addHook('onSend', async (request, reply) => closeUnlessRead(request, reply));
}

async function closeUnlessRead({ raw: request }: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.complete || !hasBody(request)) return;
  // A small body is on its way into memory already: it came together with the headers.
  await immediate();
  if (request.complete) return;
  void reply.header('connection', 'close');
  request.socket.destroySoon = () => linger(request.socket);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** Announces the end of the connection, and discards for some seconds what still arrives. */
export function linger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MS).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.end();
  socket.resume();
}

/** Requests whose clients wait to be asked for the body (Expect: 100-continue), and have not been. */
const waiting = new WeakSet<IncomingMessage>();

/** Looks at the request before its client is asked for the body, which Node does by itself and at once. */
function letAsk(fastify: FastifyInstance, request: IncomingMessage, response: ServerResponse): void {
  waiting.add(request);
  fastify.server.emit('request', request, response);
}

function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (waiting.delete(request)) response.writeContinue();
}

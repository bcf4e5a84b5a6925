import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RELAY_PATH } from '#telephony/twilio/relay-path.js';
import { RelayServer, type RelayRoute, type RelaySettings } from './relay-server.js';

const MOST_MESSAGE_BYTES = 65_536;

/**
 * Serves Twilio's ConversationRelay with one socket for each live call, at `RELAY_PATH/<dialer job id>`. Called before
 * the server listens, and before routes are added, so that a handshake at another route is closed.
 */
export async function serveRelay(fastify: FastifyInstance, settings: RelaySettings): Promise<void> {
  const server = new RelayServer(settings);
  fastify.addHook('onResponse', async (request) => endRefusedHandshake(request));
  await fastify.register(websocket, {
    options: { maxPayload: MOST_MESSAGE_BYTES },
    errorHandler: (error) => server.complain(error),
    preClose: async () => {
      await server.close();
      fastify.websocketServer.close();
    },
  });
  fastify.get<RelayRoute>(
    `${RELAY_PATH}/:dialer_job_id`,
    {
      websocket: true,
      config: { isPublic: true, isUnlimited: true },
      preValidation: (request, reply) => server.authorize(request, reply),
    },
    (socket, request) => server.accept(socket, request),
  );
}

/**
 * Closes the connection of a handshake that was rejected before the socket plugin saw it. Node no longer watches that
 * connection.
 */
function endRefusedHandshake({ ws, raw }: FastifyRequest): void {
  if (!ws && raw.headers.upgrade !== undefined) raw.socket.destroySoon();
}

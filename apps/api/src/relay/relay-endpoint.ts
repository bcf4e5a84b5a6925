import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RELAY_PATH } from '#telephony/twilio/relay-path.js';
import { RelayDesk, type RelayRoute, type RelaySettings } from './relay-server.js';

const MOST_MESSAGE_BYTES = 65_536;

/**
 * Lets Twilio's ConversationRelay in: one socket for each call on the line, at `RELAY_PATH/<dialer job id>`. To be
 * called before the server listens, and before routes are added: a handshake at one of them is closed.
 */
export async function serveRelay(fastify: FastifyInstance, settings: RelaySettings): Promise<void> {
  const desk = new RelayDesk(settings);
  fastify.addHook('onResponse', async (request) => endRefusedHandshake(request));
  await fastify.register(websocket, {
    options: { maxPayload: MOST_MESSAGE_BYTES },
    errorHandler: (error) => desk.complain(error),
    preClose: async () => {
      await desk.close();
      fastify.websocketServer.close();
    },
  });
  fastify.get<RelayRoute>(
    `${RELAY_PATH}/:dialer_job_id`,
    {
      websocket: true,
      config: { isPublic: true, isUnlimited: true },
      preValidation: (request, reply) => desk.admit(request, reply),
    },
    (socket, request) => desk.seat(socket, request),
  );
}

/** One that was refused before the plugin of sockets saw it keeps its connection otherwise: Node has let go of it. */
function endRefusedHandshake({ ws, raw }: FastifyRequest): void {
  if (!ws && raw.headers.upgrade !== undefined) raw.socket.destroySoon();
}

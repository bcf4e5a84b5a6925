import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asEngine } from '#database/connection/actor.js';
import { InvalidFields } from '#rules/errors/domain-error.js';
import { webhookHeaders } from '#telephony/port/webhook-headers.js';
import { webhookPath } from '#telephony/port/webhook-path.js';
import type { WebhookRequest } from '#telephony/port/telephony-provider.js';
import { TooManyRequests } from '../errors/too-many-requests.js';
import type { WebhookAnswer } from './provider-webhooks.js';

export const WEBHOOK_ROUTE = webhookPath(':provider', ':dialer_job_id');

interface WebhookRoute {
  readonly Params: { readonly provider: string; readonly dialer_job_id: string };
}

export interface WebhookSettings {
  /** PUBLIC_URL: where providers see us. */
  readonly publicUrl: string;
  readonly mostBytes: number;
  /** Checks the job before the body is read. @throws TooManyRequests for a forged webhook after many others. */
  readonly requireKnownJob: (ip: string, dialerJobId: string) => Promise<void>;
  readonly refuse: (error: TooManyRequests, request: FastifyRequest, reply: FastifyReply) => void;
  readonly handle: (provider: string, webhook: WebhookRequest) => Promise<WebhookAnswer>;
}

/**
 * Serves the route of provider webhooks. It is not a controller, since the provider has signed the body as sent and
 * nothing may parse it before. Its own scope has no other parsers. The OpenAPI document, which is for clients, omits
 * it. Providers call the address that came with the call.
 */
export async function serveWebhooks(fastify: FastifyInstance, settings: WebhookSettings): Promise<void> {
  const { publicUrl, mostBytes, requireKnownJob, refuse, handle } = settings;
  await fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler<{ statusCode?: number }>((error, request, reply) => {
      if (error instanceof TooManyRequests) return refuse(error, request, reply);
      return reply.code(error instanceof InvalidFields ? 400 : (error.statusCode ?? 503)).send();
    });
    scope.addHook<WebhookRoute>('onRequest', ({ ip, params }) => requireKnownJob(ip, params.dialer_job_id));
    const options = { bodyLimit: mostBytes, config: { isPublic: true, isUnlimited: true } };
    scope.post<WebhookRoute>(WEBHOOK_ROUTE, options, async (request, reply) => {
      const { ip, id: requestId } = request;
      const webhook = toWebhook(request, publicUrl);
      const answer = await asEngine(() => handle(request.params.provider, webhook), { ip, requestId });
      return reply.code(answer).send();
    });
  });
}

function toWebhook(request: FastifyRequest<WebhookRoute>, publicUrl: string): WebhookRequest {
  const { params, originalUrl, headers, body } = request;
  return {
    dialerJobId: params.dialer_job_id,
    url: `${publicUrl}${originalUrl}`,
    headers: webhookHeaders(headers),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  };
}

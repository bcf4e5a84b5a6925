import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asEngine } from '#database/connection/actor.js';
import { InvalidFields } from '#rules/call/provider-rejection.js';
import { callbackHeaders } from '#telephony/port/webhook-headers.js';
import { callbackPath } from '#telephony/port/webhook-path.js';
import type { CallbackRequest } from '#telephony/port/telephony-provider.js';
import { TooManyRequests } from '../errors/too-many-requests.js';
import type { CallbackAnswer } from './provider-webhooks.js';

export const CALLBACK_ROUTE = callbackPath(':provider', ':dialer_job_id');

interface CallbackRoute {
  readonly Params: { readonly provider: string; readonly dialer_job_id: string };
}

export interface CallbackSettings {
  /** PUBLIC_URL: where providers see us. */
  readonly publicUrl: string;
  readonly mostBytes: number;
  /** Asked before the body is read. @throws TooManyRequests where it is surely forged, as many before it. */
  readonly admit: (ip: string, dialerJobId: string) => Promise<void>;
  readonly refuse: (error: TooManyRequests, request: FastifyRequest, reply: FastifyReply) => void;
  readonly take: (provider: string, callback: CallbackRequest) => Promise<CallbackAnswer>;
}

/**
 * Lets providers report on calls. Not a controller: what was signed is the body as it came, whatever its type, and so
 * nothing may read it before. Nor in the OpenAPI document, which is for customers: providers alone call it, at the
 * address that came with the call. In a scope of its own, which has no other parsers.
 */
export async function serveCallbacks(fastify: FastifyInstance, settings: CallbackSettings): Promise<void> {
  const { publicUrl, mostBytes, admit, refuse, take } = settings;
  await fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler<{ statusCode?: number }>((error, request, reply) => {
      if (error instanceof TooManyRequests) return refuse(error, request, reply);
      return reply.code(error instanceof InvalidFields ? 400 : (error.statusCode ?? 503)).send();
    });
    scope.addHook<CallbackRoute>('onRequest', ({ ip, params }) => admit(ip, params.dialer_job_id));
    const options = { bodyLimit: mostBytes, config: { isPublic: true, isUnlimited: true } };
    scope.post<CallbackRoute>(CALLBACK_ROUTE, options, async (request, reply) => {
      const { ip, id: requestId } = request;
      const callback = toCallback(request, publicUrl);
      const answer = await asEngine(() => take(request.params.provider, callback), { ip, requestId });
      return reply.code(answer).send();
    });
  });
}

function toCallback(request: FastifyRequest<CallbackRoute>, publicUrl: string): CallbackRequest {
  const { params, originalUrl, headers, body } = request;
  return {
    dialerJobId: params.dialer_job_id,
    url: `${publicUrl}${originalUrl}`,
    headers: callbackHeaders(headers),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  };
}

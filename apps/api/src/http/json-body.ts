import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { jsonExcess, type JsonBounds } from '#config/bounded-json.js';
import { InvalidFields } from '#rules/refusal.js';

/** No body of this API needs more; what walks bodies further in may recurse without fear. */
const BODY_BOUNDS: JsonBounds = { depth: 20, containers: 2_000, values: 10_000, fields: 1_000 };

/** Gives each of 1,000 contacts room for 100 values in 20 lists and objects. */
const BULK_BOUNDS: JsonBounds = { ...BODY_BOUNDS, containers: 20_000, values: 100_000 };

/**
 * Parses bodies as Fastify does by default, once they are known to hold no more than the bounds allow. Parsing comes
 * before anybody is asked who they are.
 */
export function acceptJson(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    const message = jsonExcess(body, boundsFor(request));
    if (message === null) void parse(request, body, done);
    else done(new InvalidFields([{ field: 'body', message }]));
  });
}

function boundsFor({ routeOptions }: FastifyRequest): JsonBounds {
  return routeOptions.url?.endsWith('/contacts/bulk') ? BULK_BOUNDS : BODY_BOUNDS;
}

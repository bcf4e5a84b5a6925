import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { InvalidFields } from '#rules/errors/domain-error.js';

/** Properties that every object inherits, so that the check for unknown fields does not see them. */
const INHERITED = ['__proto__', 'constructor'];

/** Hook that rejects the parts of a request that no DTO checks. */
export async function refuseUnseen({ body, query }: FastifyRequest, _reply: FastifyReply): Promise<void> {
  refuseInherited(query);
  refuseRepeated(query as Record<string, unknown>);
  if (!(body instanceof Readable) && !Buffer.isBuffer(body)) refuseInherited(body);
}

function refuseInherited(given: unknown): void {
  const fields = INHERITED.filter(
    (field) => typeof given === 'object' && given !== null && Object.hasOwn(given, field),
  );
  if (fields.length > 0) throw new InvalidFields(fields.map((field) => ({ field, message: 'is not a known field' })));
}

/** Rejects a parameter that is sent twice, since either value could count. */
function refuseRepeated(query: Readonly<Record<string, unknown>>): void {
  const fields = Object.keys(query).filter((field) => Array.isArray(query[field]));
  if (fields.length > 0) throw new InvalidFields(fields.map((field) => ({ field, message: 'must be given once' })));
}

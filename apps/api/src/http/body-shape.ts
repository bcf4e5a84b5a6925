import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { InvalidFields } from '#rules/refusal.js';

/** No body of this API needs more; what walks bodies further in may recurse without fear. */
const MAX_DEPTH = 20;
const MAX_FIELDS = 1_000;

/** A hook that refuses bodies which are nested too deep or have too many fields, before anything walks through them. */
export async function refuseUnwieldyBody(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  if (request.body instanceof Readable) return;
  const message = complaintAbout(request.body);
  if (message) throw new InvalidFields([{ field: 'body', message }]);
}

function complaintAbout(value: unknown): string | null {
  let level: unknown[] = [value];
  for (let reached = 0; level.length > 0; reached++) {
    if (reached > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
    if (level.some(hasManyFields)) return `has an object of more than ${MAX_FIELDS} fields`;
    level = level.flatMap((node) => (typeof node === 'object' && node !== null ? Object.values(node) : []));
  }
  return null;
}

function hasManyFields(node: unknown): boolean {
  return typeof node === 'object' && node !== null && !Array.isArray(node) && Object.keys(node).length > MAX_FIELDS;
}

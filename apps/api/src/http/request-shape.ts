import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { InvalidFields } from '#rules/refusal.js';

/** No body of this API needs more; what walks bodies further in may recurse without fear. */
const MAX_DEPTH = 20;
const MAX_FIELDS = 1_000;

/** Every object has them, so that what looks for unknown fields does not see them. */
const INHERITED = ['__proto__', 'constructor'];

/** A hook that refuses what no DTO sees, and bodies that are too deep or too wide, before anything walks through them. */
export async function refuseUnwieldy({ body, query }: FastifyRequest, _reply: FastifyReply): Promise<void> {
  refuseInherited(query);
  refuseRepeated(query as Record<string, unknown>);
  if (body instanceof Readable || Buffer.isBuffer(body)) return;
  refuseInherited(body);
  const message = complaintAbout(body);
  if (message) throw new InvalidFields([{ field: 'body', message }]);
}

function refuseInherited(given: unknown): void {
  const fields = INHERITED.filter(
    (field) => typeof given === 'object' && given !== null && Object.hasOwn(given, field),
  );
  if (fields.length > 0) throw new InvalidFields(fields.map((field) => ({ field, message: 'is not a known field' })));
}

/** Which of two would count is anybody's guess. */
function refuseRepeated(query: Readonly<Record<string, unknown>>): void {
  const fields = Object.keys(query).filter((field) => Array.isArray(query[field]));
  if (fields.length > 0) throw new InvalidFields(fields.map((field) => ({ field, message: 'must be given once' })));
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

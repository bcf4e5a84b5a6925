import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { InvalidFields } from '#rules/refusal.js';

/** No body of this API needs more; what walks bodies further in may recurse without fear. */
const MAX_DEPTH = 20;

/** A hook that refuses bodies which are nested too deep, before anything recurses into them. */
export async function refuseDeepBody(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  if (!(request.body instanceof Readable) && !Buffer.isBuffer(request.body) && isDeeperThan(MAX_DEPTH, request.body)) {
    throw new InvalidFields([{ field: 'body', message: `is nested deeper than ${MAX_DEPTH} levels` }]);
  }
}

function isDeeperThan(depth: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let reached = 0; level.length > 0; reached++) {
    if (reached > depth) return true;
    level = level.flatMap((node) => (typeof node === 'object' && node !== null ? Object.values(node) : []));
  }
  return false;
}

import type { FastifyReply, FastifyRequest } from 'fastify';

/** A hook that takes a request without a body for what it is, though many clients announce JSON with every POST. */
export async function ignoreTypeOfNothing({ headers }: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const isEmpty = (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
  if (isEmpty) delete headers['content-type'];
}

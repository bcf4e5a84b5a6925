import type { FastifyReply, FastifyRequest } from 'fastify';

/** Ignores the content type of a request without a body: many clients announce JSON with every POST. */
export async function ignoreContentTypeOfEmptyBody({ headers }: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const isEmpty = (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
  if (isEmpty) delete headers['content-type'];
}

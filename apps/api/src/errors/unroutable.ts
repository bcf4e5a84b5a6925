import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { ProblemFilter } from './problem.filter.js';

/** Has no route. */
const NOWHERE = '/';

/**
 * Leads requests whose path the router cannot read, such as `/%zz`, the way of all others: they are counted and logged,
 * and their answers have the headers of all answers. Fastify would answer them before any hook.
 */
export class Unroutable {
  private readonly complaints = new WeakMap<IncomingMessage, unknown>();
  private fastify: FastifyInstance | undefined;

  constructor(private readonly filter: ProblemFilter) {}

  /** To be called after the hooks that concern every request were added. */
  watch(fastify: FastifyInstance): void {
    this.fastify = fastify;
    fastify.addHook('onRequest', async (request, reply) => {
      const complaint = this.complaints.get(request.raw);
      if (complaint === undefined) return undefined;
      this.filter.send(complaint, request, reply);
      return reply;
    });
  }

  send(complaint: unknown, { raw }: FastifyRequest, reply: FastifyReply): void {
    this.complaints.set(raw, complaint);
    raw.url = NOWHERE;
    this.fastify?.routing(raw, reply.raw);
  }
}

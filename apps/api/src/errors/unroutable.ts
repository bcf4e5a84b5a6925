import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { ProblemFilter } from './problem.filter.js';

/** Path without a route. */
const NOWHERE = '/';

/**
 * Handles requests whose path the router cannot read, such as `/%zz`. They are counted and logged, and their answers
 * have the usual headers. Fastify alone would answer them before any hook.
 */
export class Unroutable {
  private readonly complaints = new WeakMap<IncomingMessage, unknown>();
  private fastify: FastifyInstance | undefined;

  constructor(private readonly filter: ProblemFilter) {}

  /** Watches for such requests. Called after all hooks that concern every request were added. */
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

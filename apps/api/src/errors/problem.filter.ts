import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidFields } from '#rules/errors/domain-error.js';
import { rateLimitHeaders, TooManyRequests } from './too-many-requests.js';
import { httpComplaint, isDatabaseAway, isUnusableValue } from './http-error.js';
import { problem, problemOf, type Problem } from './problem.js';
import type { RouteTable } from '../server/route-table.js';

const RETRY_AFTER_SECONDS = '5';

/** Answer for a value that the database rejects although the checks of its field accepted it. */
const UNUSABLE = new InvalidFields([
  {
    field: '*',
    message: 'a value of the request is outside of what the database can store or compare: check times, numbers, texts',
  },
]);

/** Seconds after which a client may try again. An open import takes seconds as a rule, minutes at most. */
const IMPORTS_RETRY_AFTER_SECONDS = '30';

/**
 * Renders every error as a problem. Details that are not the client's business go to the log, under the same request
 * id.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    this.send(error, request, reply);
  }

  send(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.raw.headersSent) return;
    const body = this.near(request, reply, this.bodyFor(error, request.id));
    // An export that could not begin has set the name of its file already.
    reply.removeHeader('content-disposition');
    if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
    if (error instanceof TooManyRequests) announceLimit(reply, error);
    if (body.code === 'too_many_imports') void reply.header('retry-after', IMPORTS_RETRY_AFTER_SECONDS);
    if (body.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    void reply
      .status(body.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(body));
  }

  /** Adds the paths that the client may have meant, if there is no route at its path. */
  private near({ url, method }: FastifyRequest, reply: FastifyReply, body: Problem): Problem {
    if (body.code !== 'route_not_found') return body;
    const { methods, meant } = this.routes.near(url);
    if (meant !== null) return { ...body, detail: `There is nothing at this path: did you mean ${meant}?` };
    if (methods.length === 0 || methods.includes(method)) return body;
    void reply.header('allow', methods.join(', '));
    const detail = `This path has no ${method}: it has ${methods.join(', ')}`;
    return { ...problem('method_not_allowed', detail), request_id: body.request_id };
  }

  private bodyFor(error: unknown, requestId: string): Problem {
    const known = problemOf(error);
    if (known) return { ...known, request_id: requestId };
    const complaint = httpComplaint(error);
    if (complaint) return { ...problem(complaint.code, complaint.detail), request_id: requestId };
    if (isDatabaseAway(error)) {
      this.logger.warn('Database is unreachable', { request_id: requestId, err: error });
      return {
        ...problem('unavailable', 'The database is out of reach for the moment; try again'),
        request_id: requestId,
      };
    }
    if (isUnusableValue(error)) {
      this.logger.warn('Database rejects a value of a request', { request_id: requestId, err: error });
      return { ...problemOf(UNUSABLE)!, request_id: requestId };
    }
    this.logger.error('Request failed', { request_id: requestId, err: error });
    return {
      ...problem('internal_error', 'Something went wrong on our side; the request id is in our log'),
      request_id: requestId,
    };
  }
}

function announceLimit(reply: FastifyReply, { retryAfterSeconds, allowance }: TooManyRequests): void {
  void reply.header('retry-after', String(retryAfterSeconds));
  if (allowance) void reply.headers(rateLimitHeaders(allowance));
}

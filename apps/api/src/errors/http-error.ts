import { HttpException } from '@nestjs/common';
import { ConnectionsBusy } from '#database/connection/connection-gate.js';
import { causesOf, isServerAway } from '#database/connection/postgres-error.js';
import { TooManyRequests } from './too-many-requests.js';
import { BodyStalled } from '../server/arriving.js';
import { MalformedJson } from '../server/json-body.js';
import { MissingHost } from '../server/require-host.js';
import { ServiceAway } from './service-away.js';
import type { HttpProblemCode } from './problem-catalogue.js';

interface HttpComplaint {
  readonly code: HttpProblemCode;
  readonly detail: string;
}

const NOTHING_HERE: HttpComplaint = {
  code: 'route_not_found',
  detail: 'There is nothing at this path',
};

/** Fastify's own complaints about a request: https://fastify.dev/docs/latest/Reference/Errors/ */
const FASTIFY_COMPLAINTS: Readonly<Record<string, HttpComplaint>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'payload_too_large', detail: 'The body is larger than 1 MiB' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', detail: 'The body must be application/json' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'malformed_request', detail: 'The body is empty but announced as JSON' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'malformed_request', detail: 'The body is not valid JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'malformed_request',
    detail: 'The body does not have the announced length',
  },
  FST_ERR_MAX_PARAM_LENGTH: NOTHING_HERE,
};

/** Returns the complaint of HTTP, Fastify or Nest about a request; undefined for any other error. */
export function httpComplaint(error: unknown): HttpComplaint | undefined {
  if (error instanceof TooManyRequests) return { code: 'too_many_requests', detail: error.message };
  if (error instanceof ServiceAway || error instanceof ConnectionsBusy)
    return { code: 'unavailable', detail: error.message };
  if (error instanceof MissingHost) return { code: 'malformed_request', detail: error.message };
  if (error instanceof BodyStalled) return { code: 'request_timeout', detail: error.message };
  if (error instanceof MalformedJson) return { code: 'malformed_request', detail: error.message };
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : FASTIFY_COMPLAINTS[code];
  if (known) return known;
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (status === 404) return NOTHING_HERE;
  if (status === 413) return FASTIFY_COMPLAINTS['FST_ERR_CTP_BODY_TOO_LARGE'];
  if (status === 415) return FASTIFY_COMPLAINTS['FST_ERR_CTP_INVALID_MEDIA_TYPE'];
  if ((status && status >= 400 && status < 500) || error instanceof SyntaxError)
    return { code: 'malformed_request', detail: 'The request is malformed' };
  return undefined;
}

/** SQLSTATE codes of lock timeouts, canceled statements, idle transactions and deadlocks. */
const LOCKED_OR_CANCELED = /^(?:55P03|57014|25P03|40P01)/;

/** True if the error says that the database cannot answer for the moment. */
export function isDatabaseAway(error: unknown): boolean {
  return isServerAway(error) || causesOf(error).some(({ code }) => LOCKED_OR_CANCELED.test(code ?? ''));
}

/**
 * SQLSTATE classes of unusable values. 22: PostgreSQL cannot read, store or compute with the value. 54: the value
 * exceeds a limit. 22012 (division by zero) and 22004 (a null that is not allowed) come from no value of a request.
 */
const VALUE_UNUSABLE = /^(22(?!012|004)|54)/;

/** True if the database complains about a value that no earlier check has rejected. */
export function isUnusableValue(error: unknown): boolean {
  return causesOf(error).some(({ code }: { readonly code?: unknown }) => {
    return typeof code === 'string' && code.length === SQLSTATE_LENGTH && VALUE_UNUSABLE.test(code);
  });
}

const SQLSTATE_LENGTH = 5;

import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { DOMAIN_ERRORS, type DomainErrorCode } from '#rules/errors/domain-error.js';
import { problemKind, type HttpProblemCode, type ProblemCode } from './problem-catalogue.js';
import { Problem } from './problem.js';

const HTTP_DETAILS: Readonly<Record<HttpProblemCode, string>> = {
  malformed_request: 'The body is not valid JSON: see line 1, column 9',
  route_not_found: 'There is nothing at this path',
  method_not_allowed: 'This path has other methods: see Allow',
  request_timeout: 'The request did not come in time',
  payload_too_large: 'The body is larger than 1 MiB',
  unsupported_media_type: 'The body must be application/json',
  invalid_fields: 'Some fields cannot be accepted',
  too_many_requests: 'Too many requests: come back in 12 s',
  headers_too_large: 'The headers are larger than 16 KiB',
  internal_error: 'Something went wrong on our side; the request id is in our log',
  unavailable: 'The database is out of reach for the moment; try again',
};

/** Problems of every operation: unknown query parameters are rejected everywhere. */
const ALWAYS: readonly ProblemCode[] = ['invalid_fields'];
const UNLESS_A_PROBE: readonly ProblemCode[] = ['too_many_requests', 'internal_error', 'unavailable'];
const BEHIND_THE_GUARD: readonly ProblemCode[] = [
  'authorization_missing',
  'authorization_malformed',
  'token_invalid',
  'scope_missing',
  'profile_missing',
];
const FORBIDDEN_TO_VIEWERS: readonly ProblemCode[] = ['read_only'];
const WITH_A_BODY: readonly ProblemCode[] = ['malformed_request', 'payload_too_large', 'unsupported_media_type'];

interface ProblemsOptions {
  /** The operation needs no token. */
  readonly isPublic?: boolean;
  /** The operation is asked by supervisors and is not limited. */
  readonly isProbe?: boolean;
  readonly hasBody?: boolean;
  /** The operation changes something, which viewers may not. */
  readonly isWrite?: boolean;
}

/**
 * Documents the errors of an operation by their codes, beside those that every operation has. What any request may
 * meet, whatever it asks for, is its default response.
 */
export function ApiProblems(
  codes: readonly ProblemCode[],
  { isPublic, isProbe, hasBody, isWrite = hasBody && !isPublic }: ProblemsOptions = {},
): MethodDecorator {
  const all = new Set([
    ...codes,
    ...(isPublic ? [] : BEHIND_THE_GUARD),
    ...(hasBody ? WITH_A_BODY : []),
    ...(isWrite ? FORBIDDEN_TO_VIEWERS : []),
    ...ALWAYS,
  ]);
  const statuses = new Set([...all].map((code) => problemKind(code).status));
  const general = isProbe ? [] : UNLESS_A_PROBE;
  const withStatus = [...all, ...general.filter((code) => statuses.has(problemKind(code).status))];
  const others = general.filter((code) => !withStatus.includes(code));
  return applyDecorators(
    ApiExtraModels(Problem),
    ...[...statuses].map((status) =>
      problemResponse(
        status,
        withStatus.filter((code) => problemKind(code).status === status),
      ),
    ),
    ...(others.length > 0 ? [problemResponse('default', others)] : []),
  );
}

/** Names the codes as examples, of which the finished document keeps none: each says what its description says. */
function problemResponse(status: number | 'default', codes: readonly ProblemCode[]): MethodDecorator {
  const examples = Object.fromEntries(codes.map((code) => [code, {}]));
  const content = { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) }, examples } };
  const description = codes.map(codes.length > MOST_SENTENCES ? inCode : told).join(' · ');
  return ApiResponse({ status, description, content });
}

/** More of them would make the document too long; each is the `detail` of its problem. */
const MOST_SENTENCES = 1;

function inCode(code: ProblemCode): string {
  return `\`${code}\``;
}

function told(code: ProblemCode): string {
  const detail = code in DOMAIN_ERRORS ? DOMAIN_ERRORS[code as DomainErrorCode] : HTTP_DETAILS[code as HttpProblemCode];
  return `${inCode(code)}: ${detail}`;
}

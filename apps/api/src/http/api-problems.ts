import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { REFUSALS, type RefusalCode } from '#rules/refusal.js';
import { problemKind, type HttpProblemCode, type ProblemCode } from './problem-catalogue.js';
import { problem, Problem } from './problem.js';

const HTTP_DETAILS: Readonly<Record<HttpProblemCode, string>> = {
  malformed_request: 'The body is not valid JSON',
  route_not_found: 'There is nothing at this path for this method',
  payload_too_large: 'The body is larger than 1 MiB',
  unsupported_media_type: 'The body must be application/json',
  invalid_fields: 'Some fields cannot be taken',
  too_many_requests: 'Too many requests: come back in 12 s',
  internal_error: 'Something went wrong on our side; the request id is in our log',
  unavailable: 'The database is out of reach for the moment; try again',
};

/** What any operation may answer. */
const ALWAYS: readonly ProblemCode[] = ['too_many_requests', 'internal_error', 'unavailable'];
const BEHIND_THE_GUARD: readonly ProblemCode[] = [
  'authorization_missing',
  'authorization_malformed',
  'token_invalid',
  'scope_missing',
  'profile_missing',
];
const FORBIDDEN_TO_VIEWERS: readonly ProblemCode[] = ['read_only'];
const WITH_A_BODY: readonly ProblemCode[] = [
  'malformed_request',
  'payload_too_large',
  'unsupported_media_type',
  'invalid_fields',
];

interface ProblemsOptions {
  /** The operation needs no token. */
  readonly isPublic?: boolean;
  readonly hasBody?: boolean;
  /** The operation changes something, which viewers may not. */
  readonly isWrite?: boolean;
}

/** Documents the errors of an operation, each with an example, beside those that every operation has. */
export function ApiProblems(
  codes: readonly ProblemCode[],
  { isPublic, hasBody, isWrite = hasBody && !isPublic }: ProblemsOptions = {},
): MethodDecorator {
  const all = new Set([
    ...codes,
    ...(isPublic ? [] : BEHIND_THE_GUARD),
    ...(hasBody ? WITH_A_BODY : []),
    ...(isWrite ? FORBIDDEN_TO_VIEWERS : []),
    ...ALWAYS,
  ]);
  const statuses = [...new Set([...all].map((code) => problemKind(code).status))];
  return applyDecorators(
    ApiExtraModels(Problem),
    ...statuses.map((status) => {
      const group = [...all].filter((code) => problemKind(code).status === status);
      return ApiResponse({ status, description: describe(group), content: contentOf(group) });
    }),
  );
}

function describe(codes: readonly ProblemCode[]): string {
  return codes.map(detailOf).join(' · ');
}

function contentOf(codes: readonly ProblemCode[]) {
  const examples = Object.fromEntries(
    codes.map((code) => [code, { value: { ...problem(code, detailOf(code)), request_id: 'req-1' } }]),
  );
  return { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) }, examples } };
}

function detailOf(code: ProblemCode): string {
  return code in REFUSALS ? REFUSALS[code as RefusalCode] : HTTP_DETAILS[code as HttpProblemCode];
}

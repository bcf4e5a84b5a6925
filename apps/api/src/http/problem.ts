import { ApiProperty } from '@nestjs/swagger';
import { InvalidFields, Refusal, type FieldError } from '#rules/refusal.js';
import { problemKind, type ProblemCode } from './problem-catalogue.js';

class FieldProblem {
  @ApiProperty({ example: 'phone_number', description: 'Path of the field in the body, or name of the parameter.' })
  field: string;

  @ApiProperty({ example: 'is not a phone number' })
  message: string;
}

/** The body of every error: RFC 9457, `application/problem+json`. */
export class Problem {
  @ApiProperty({ format: 'uri', example: 'urn:outdial:problem:campaign_not_found' })
  type: string;

  @ApiProperty({ example: 'Not found' })
  title: string;

  @ApiProperty({ example: 404 })
  status: number;

  @ApiProperty({ example: 'Campaign not found' })
  detail: string;

  @ApiProperty({ example: 'campaign_not_found', description: 'For programs; stable.' })
  code: string;

  @ApiProperty({ example: 'req-7f3k', description: 'Also in the header X-Request-Id and in the log.' })
  request_id: string;

  @ApiProperty({ required: false, example: 'running', description: 'Of a campaign or import that does not allow it.' })
  current_status?: string;

  @ApiProperty({ type: 'integer', required: false, description: 'With `slots_in_use`: calls that are on the line.' })
  in_flight?: number;

  @ApiProperty({ type: [FieldProblem], required: false, description: 'With `invalid_fields`: every wrong field.' })
  errors?: readonly FieldError[];
}

export function problem(
  code: ProblemCode,
  detail: string,
  facts: Readonly<Record<string, unknown>> = {},
): Omit<Problem, 'request_id'> {
  const { status, title } = problemKind(code);
  return { type: `urn:outdial:problem:${code}`, title, status, detail, code, ...facts };
}

/** What an error says to whoever made the request; undefined for one that says nothing about the request. */
export function problemOf(error: unknown): Omit<Problem, 'request_id'> | undefined {
  if (error instanceof Refusal) return problem(error.code, error.message, error.facts);
  if (error instanceof InvalidFields) {
    return problem('invalid_fields', 'Some fields cannot be taken', { errors: error.errors });
  }
  return undefined;
}

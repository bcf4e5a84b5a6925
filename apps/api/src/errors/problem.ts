import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '#rules/access/role.js';
import { InvalidFields, DomainError, type FieldError } from '#rules/errors/domain-error.js';
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

  @ApiProperty({ type: 'integer', required: false, description: 'With `slots_in_use`: live calls.' })
  in_flight?: number;

  @ApiProperty({ required: false, description: 'Field of the campaign that lacks something.', example: 'from_number' })
  field?: string;

  @ApiProperty({
    type: [String],
    required: false,
    description: 'Rule packs that ask for it.',
  })
  rule_packs?: readonly string[];

  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    description: 'The scope that is wanted; null: none opens the operation.',
    example: 'contacts:write',
  })
  required_scope?: string | null;

  @ApiProperty({ type: [String], required: false, description: 'The scopes of the key.' })
  scopes?: readonly string[];

  @ApiProperty({ enum: ROLES, required: false, description: 'The role that is wanted.' })
  required_role?: Role;

  @ApiProperty({ enum: ROLES, required: false, description: 'Your role.' })
  role?: Role;

  @ApiProperty({
    format: 'uuid',
    required: false,
    description: 'With `phone_exists`: the contact that has the number.',
  })
  contact_id?: string;

  @ApiProperty({ format: 'uuid', required: false, description: 'With `email_taken`: the user, if of your own tenant.' })
  user_id?: string;

  @ApiProperty({ format: 'uuid', required: false, description: 'With `caller_id_exists`: the one that is there.' })
  caller_id?: string;

  @ApiProperty({
    format: 'uuid',
    required: false,
    description: 'With `telephony_account_name_taken`: the account that has the name.',
  })
  telephony_account_id?: string;

  @ApiProperty({
    type: [String],
    required: false,
    description: 'With `telephony_account_in_use`: campaigns that name the account, ten at most.',
  })
  campaign_ids?: readonly string[];

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

/** Returns the problem that an error describes, or undefined for an error that tells nothing about the request. */
export function problemOf(error: unknown): Omit<Problem, 'request_id'> | undefined {
  if (error instanceof DomainError) return problem(error.code, error.message, error.facts);
  if (error instanceof InvalidFields) {
    return problem('invalid_fields', 'Some fields cannot be accepted', { errors: error.errors });
  }
  return undefined;
}

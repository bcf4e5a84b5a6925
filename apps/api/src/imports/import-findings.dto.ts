import { ApiProperty } from '@nestjs/swagger';
import { DELIMITERS } from '#csv/delimiter.js';
import { ENCODINGS } from '#csv/text-encoding.js';

/** Mapping for the examples of the API document. */
export const MAPPING = { phone_number: 'Mobile', first_name: 'Given name' };

export class CustomFieldView {
  @ApiProperty({ description: 'The column, and the name of the custom field.', example: 'Order number' })
  name: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What is written between double braces to say it; null: it cannot be named.',
    example: 'order_number',
  })
  variable: string | null;
}

export class MappingCandidateView {
  @ApiProperty({ example: 'Number' })
  column: string;

  @ApiProperty({ type: Number, description: 'Of its first cells, from 0 to 1, are valid numbers.', example: 0.97 })
  valid_share: number;

  @ApiProperty({ type: [String], description: 'Last digits of some of them.', example: ['…123', '…124'] })
  samples: readonly string[];
}

export class ImportFindingsView {
  @ApiProperty({ type: [String], example: ['Mobile', 'Given name', 'plan'] })
  header: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    description: 'Field → header of its column, or several, the preferred one first.',
    example: MAPPING,
  })
  mapping: Record<string, string | readonly string[]>;

  @ApiProperty({ enum: ENCODINGS, example: 'utf-8' })
  encoding: string;

  @ApiProperty({
    type: Boolean,
    required: false,
    description: 'Another encoding may be the right one: names may be wrong, digits are not. Send it as `encoding`.',
    example: false,
  })
  is_encoding_doubtful?: boolean;

  @ApiProperty({ enum: DELIMITERS, example: ',' })
  delimiter: string;

  @ApiProperty({
    type: [String],
    required: false,
    description:
      'Of a file of contacts: columns that forbid calls (`Do Not Call`), and others by which some call is ' +
      'forbidden. Whom they forbid to call is `suppressed`.',
    example: ['Do Not Call'],
  })
  do_not_call_columns?: readonly string[];

  @ApiProperty({
    type: [String],
    required: false,
    description:
      'Of a file of contacts: columns that permit calls (`Consent to call`). Where one says no, or nothing while ' +
      'others have an answer, the call is forbidden.',
    example: [],
  })
  call_permission_columns?: readonly string[];

  @ApiProperty({
    type: [String],
    required: false,
    description: 'Of a file of contacts: columns that forbid emails, texts or faxes alone. They forbid NO call.',
    example: ['Email Opt Out'],
  })
  other_opt_out_columns?: readonly string[];

  @ApiProperty({
    type: 'integer',
    required: false,
    description:
      'Of a file of contacts: rows whose number has an extension, kept as the custom field `phone_extension`.',
    example: 0,
  })
  extensions?: number;

  @ApiProperty({
    type: [String],
    required: false,
    description:
      'Of an export of contacts: columns that say what has become of them (`id`, `status`), and are no fields.',
    example: [],
  })
  ignored_columns?: readonly string[];

  @ApiProperty({
    type: () => [MappingCandidateView],
    required: false,
    description: 'With the problem `needs_mapping`: columns that may be the number.',
  })
  candidates?: readonly MappingCandidateView[];

  @ApiProperty({
    type: [String],
    required: false,
    description: 'Of a do-not-call file: the columns of which telephone numbers are read.',
    example: ['Mobile'],
  })
  telephone_columns?: readonly string[];

  @ApiProperty({
    type: [String],
    required: false,
    description: 'Of a do-not-call file: columns that may hold telephone numbers and are NOT read.',
    example: [],
  })
  unread_columns?: readonly string[];

  @ApiProperty({
    type: [CustomFieldView],
    required: false,
    description: 'Of a file of contacts: the columns that become custom fields, and the variables that say them.',
  })
  custom_fields?: readonly CustomFieldView[];
}

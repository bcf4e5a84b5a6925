import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { DELIMITERS } from '#csv/delimiter.js';
import { CONTACT_FIELDS, DNC_FIELDS } from '#csv/mapping.js';
import { ENCODINGS } from '#csv/text-encoding.js';
import { DUPLICATE_RULES, type DuplicateRule } from '#rules/lead/duplicate-rule.js';
import { IMPORT_KINDS, IMPORT_STATUSES, type ImportKind, type ImportStatus } from '#rules/lead/import-status.js';
import { isStorable } from '#rules/values/storable.js';
import { DialingView } from '../campaigns/dialing.dto.js';
import { CountryField } from '../fields/country-field.js';
import { ChoiceField, TextField, UuidParameter } from '../fields/fields.js';
import { PageQuery } from '../fields/page-query.js';
import { ImportFindingsView, MAPPING } from './import-findings.dto.js';

/** Settings for reading a file, in the query or as fields of a form. Those left out are detected from the file. */
class ImportQuery {
  @ChoiceField({ choices: ['true', 'false'], optional: true, description: 'Only say what would come of each row.' })
  dry_run?: 'true' | 'false';

  @CountryField('For numbers in national form; else that of the campaign, or of the tenant.')
  default_country?: string | null;

  @ChoiceField({
    choices: [...DELIMITERS, 'tab'],
    optional: true,
    description: 'Between two cells; found out if left out.',
  })
  delimiter?: string;

  @ChoiceField({ choices: ENCODINGS, optional: true, description: 'Of the file; found out if left out.' })
  encoding?: string;

  @ChoiceField({
    choices: DUPLICATE_RULES,
    optional: true,
    description:
      'For a number that is there already: leave it as it is, or replace what the file has a filled cell for.',
  })
  on_duplicate?: DuplicateRule;

  @TextField({ max: 255, optional: true, description: 'To be shown; a form brings its own.', example: 'spring.csv' })
  file_name?: string;
}

function MappingField(fields: readonly string[]): PropertyDecorator {
  return (target, property) => {
    ApiProperty({
      type: String,
      required: false,
      description:
        'Field → header of its column, or a list of headers of which the first filled one counts, as JSON; fields ' +
        `are ${fields.join(', ')}. Without it the header is guessed from.`,
      example: JSON.stringify(MAPPING),
    })(target, property);
    Transform(({ value }: { value: unknown }) => parsedJson(value))(target, property);
    IsOptional()(target, property);
    ValidateBy({
      name: 'mapping',
      validator: {
        validate: (value: unknown) => isMapping(value, fields),
        defaultMessage: () =>
          `must be JSON as {"phone_number": ["Mobile", "Phone"]}, with fields among ${fields.join(', ')}`,
      },
    })(target, property);
  };
}

function parsedJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isMapping(value: unknown, fields: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([field, columns]) => fields.includes(field) && areColumns(field, columns));
}

const MOST_COLUMNS_OF_A_FIELD = 50;

/** True for one header or a list of headers. The list of `do_not_call` may be empty. */
function areColumns(field: string, columns: unknown): boolean {
  if (!Array.isArray(columns)) return isHeader(columns);
  const isFilled = columns.length > 0 || field === 'do_not_call';
  return isFilled && columns.length <= MOST_COLUMNS_OF_A_FIELD && columns.every(isHeader);
}

function isHeader(value: unknown): boolean {
  return typeof value === 'string' && isStorable(value);
}

export class ContactImportQuery extends ImportQuery {
  @MappingField(CONTACT_FIELDS)
  mapping?: Record<string, string | string[]>;
}

export class DncImportQuery extends ImportQuery {
  @MappingField(DNC_FIELDS)
  mapping?: Record<string, string | string[]>;
}

export class ImportsQuery extends PageQuery {
  @UuidParameter('Only those of this campaign.')
  campaign_id?: string;
}

export class ImportView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: IMPORT_KINDS, example: 'contacts' })
  kind: ImportKind;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  campaign_id: string | null;

  @ApiProperty({ enum: IMPORT_STATUSES, example: 'completed' })
  status: ImportStatus;

  @ApiProperty({
    type: DialingView,
    nullable: true,
    description: 'When the contacts are called as the campaign stands now; null: of the do-not-call list.',
  })
  dialing: DialingView | null;

  @ApiProperty({ example: false, description: 'It only says what would come of each row.' })
  dry_run: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'spring.csv' })
  file_name: string | null;

  @ApiProperty({ type: 'integer', example: 61_234 })
  file_bytes: number;

  @ApiProperty({ type: ImportFindingsView, nullable: true, description: 'What the file was found to be.' })
  found: ImportFindingsView | null;

  @ApiProperty({ type: 'integer', description: 'The seven counts below add up to it.', example: 500 })
  rows_read: number;

  @ApiProperty({ type: 'integer', example: 480 })
  created: number;

  @ApiProperty({ type: 'integer', description: 'Were removed before, and are back.', example: 1 })
  revived: number;

  @ApiProperty({ type: 'integer', description: 'Were there, and have been updated.', example: 0 })
  updated: number;

  @ApiProperty({ type: 'integer', description: 'The number stands earlier in the file.', example: 5 })
  duplicate_in_file: number;

  @ApiProperty({ type: 'integer', description: 'The number was there already.', example: 7 })
  duplicate_existing: number;

  @ApiProperty({ type: 'integer', example: 4 })
  invalid: number;

  @ApiProperty({
    type: 'integer',
    description: 'On the do-not-call list, by a column of the file too, or erased.',
    example: 3,
  })
  suppressed: number;

  @ApiProperty({
    type: 'integer',
    description:
      'Rows of a do-not-call file whose expires_at cannot be read, is two dates, or stands for none (1970-01-01): ' +
      'their numbers are listed for good.',
    example: 0,
  })
  listed_for_good: number;

  @ApiProperty({
    type: 'integer',
    description:
      'Rows of a do-not-call file with a number that cannot be read and is NOT on the list; `problem` says so too.',
    example: 0,
  })
  not_listed: number;

  @ApiProperty({
    type: 'integer',
    description: 'Rows that `rows.csv` would have beyond the first 100,000, which are kept.',
    example: 0,
  })
  rows_left_out: number;

  @ApiProperty({ type: 'integer', description: 'Undone since.', example: 0 })
  undone: number;

  @ApiProperty({ type: Number, description: 'Of the file, from 0 to 100.', example: 100 })
  percent: number;

  @ApiProperty({ type: 'integer', nullable: true, example: 12_000 })
  rows_per_second: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Until it is done, while it runs.', example: null })
  eta_seconds: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'For programs: why it failed (`needs_mapping`: send the file again with `mapping`), or ' +
      '`numbers_not_listed` where it has completed without some numbers.',
    example: null,
  })
  problem_code: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it failed, or what is missing, and what to do.',
    example: null,
  })
  problem: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  started_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: Date | null;
}

export class ImportAnswer {
  @ApiProperty({ type: ImportView })
  import: ImportView;
}

export class ListedImportView extends OmitType(ImportView, ['found']) {
  @ApiProperty({
    type: ImportFindingsView,
    nullable: true,
    required: false,
    description: 'What the file was found to be.',
  })
  found?: ImportFindingsView | null;
}

export class ImportsPage {
  @ApiProperty({ type: [ListedImportView], description: 'Newest first.' })
  items: ListedImportView[];

  @ApiProperty({
    enum: ['found'],
    isArray: true,
    description:
      'Fields that no import of this page has: `found` where it is larger than 1 MB, all together. Each import by ' +
      'its id has it.',
    example: [],
  })
  left_out: 'found'[];

  @ApiProperty({ type: 'integer', example: 1 })
  page: number;

  @ApiProperty({ type: 'integer', example: 20 })
  page_size: number;

  @ApiProperty({ type: 'integer', example: 3 })
  total: number;
}

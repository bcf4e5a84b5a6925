import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsObject, IsOptional, ValidateBy } from 'class-validator';
import { Lead, type LeadRow, type LeadTerms } from '#database/entities/lead.entity.js';
import { MOST_BYTES, MOST_FIELDS, customFieldsProblem } from '#rules/lead/custom-fields.js';
import { LEAD_STATUSES, type LeadStatus } from '#rules/lead/lead-status.js';
import { COLUMN_LIMITS } from '#rules/values/text-limits.js';
import { OUTCOMES, type Outcome } from '#rules/call/outcome.js';
import { DialingView } from '../campaigns/dialing.dto.js';
import { EmailField } from '../fields/email-field.js';
import { NumberField, TextField } from '../fields/fields.js';
import { HasColumns } from '../fields/has-columns.js';
import { MERGED } from '../fields/merged.js';
import { Storable } from '../fields/storable.js';
import { TimeZoneField } from '../fields/time-zone-field.js';

/** Number that answers the call in a test campaign (docs/test-mode.md). */
const NUMBER = '+447700900102';
const AT_MOST = `${MOST_FIELDS} fields and ${MOST_BYTES.toLocaleString('en-US')} bytes of JSON at most.`;
const CUSTOM_FIELDS = { plan: 'basic', ends_on: '2027-03-31' };

@HasColumns<LeadTerms>(Lead)
export class AddContactBody {
  @NumberField({
    description: 'E.164, or national form if the campaign or the tenant has a default country.',
    example: NUMBER,
  })
  phone_number: string;

  @TextField({ max: COLUMN_LIMITS.leads.first_name, nullable: true, example: 'Ada' })
  first_name?: string | null;

  @TextField({ max: COLUMN_LIMITS.leads.last_name, nullable: true, example: 'Lovelace' })
  last_name?: string | null;

  @EmailField({ max: COLUMN_LIMITS.leads.email, nullable: true, example: 'ada@example.com' })
  email?: string | null;

  @TimeZoneField("Where the person is, if not where the number's digits say.")
  timezone?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: `Whatever else the agent may want to know. ${AT_MOST}`,
    example: CUSTOM_FIELDS,
  })
  @IsOptional()
  @IsObject()
  @Storable()
  @FittingFields()
  custom_fields?: Record<string, unknown> | null;
}

@HasColumns<Omit<LeadTerms, 'phone_number'>>(Lead)
export class UpdateContactBody extends PartialType(OmitType(AddContactBody, ['phone_number', 'custom_fields'])) {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: `${MERGED} Null removes a field, or all of them. As merged: ${AT_MOST}`,
    example: { plan: 'premium', ends_on: null },
  })
  @IsOptional()
  @IsObject()
  @Storable()
  custom_fields?: Record<string, unknown> | null;
}

const MOST_CONTACTS = 1_000;

export class BulkContactsBody {
  @ApiProperty({
    type: 'array',
    items: { $ref: '#/components/schemas/AddContactBody' },
    minItems: 1,
    maxItems: MOST_CONTACTS,
    description: 'Each is judged by itself: one that cannot be added does not delay the others.',
    example: [
      { phone_number: '+447700900101', first_name: 'Grace' },
      { phone_number: '+12025550105', first_name: 'Alan', timezone: 'America/New_York' },
    ],
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_CONTACTS)
  @IsObject({ each: true, message: 'contacts must be a list of objects' })
  contacts: unknown[];
}

@HasColumns<LeadRow>(Lead)
export class ContactView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  tenant_id: string;

  @ApiProperty({ format: 'uuid' })
  campaign_id: string;

  @ApiProperty({ example: NUMBER, description: 'E.164.' })
  phone_number: string;

  @ApiProperty({ type: String, nullable: true, example: 'Ada' })
  first_name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Lovelace' })
  last_name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ada@example.com' })
  email: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: CUSTOM_FIELDS })
  custom_fields: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, description: 'Given with the contact.', example: null })
  timezone: string | null;

  @ApiProperty({ enum: LEAD_STATUSES, example: 'pending' })
  status: LeadStatus;

  @ApiProperty({ type: String, enum: OUTCOMES, nullable: true, description: 'Of the latest call.', example: null })
  outcome: Outcome | null;

  @ApiProperty({ type: 'integer', example: 0 })
  call_attempts: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_called_at: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Not dialed before; null once nothing more is due.',
  })
  next_attempt_at: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is not dialed though it is due.', example: null })
  block_code: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  updated_at: Date;
}

export class ContactAnswer {
  @ApiProperty({ type: ContactView })
  contact: ContactView;

  @ApiProperty({ type: DialingView, required: false, description: 'After a change: whether it wakes the campaign.' })
  dialing?: DialingView;
}

export const BULK_STATUSES = ['created', 'revived', 'duplicate', 'invalid', 'suppressed'] as const;
export type BulkStatus = (typeof BULK_STATUSES)[number];

export class BulkResult {
  @ApiProperty({ type: 'integer', description: 'Place in `contacts`, from 0.', example: 0 })
  index: number;

  @ApiProperty({ enum: BULK_STATUSES, example: 'created' })
  status: BulkStatus;

  @ApiProperty({
    format: 'uuid',
    required: false,
    description: 'Of the contact; that of a duplicate has the number already.',
  })
  contact_id?: string;

  @ApiProperty({ required: false, description: 'Why not.', example: 'phone_number: is not a phone number' })
  detail?: string;
}

export class BulkAnswer {
  @ApiProperty({ type: 'integer', example: 1 })
  created: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Were removed before, and are back.' })
  revived: number;

  @ApiProperty({ type: 'integer', example: 0 })
  duplicate: number;

  @ApiProperty({ type: 'integer', example: 0 })
  invalid: number;

  @ApiProperty({ type: 'integer', example: 0 })
  suppressed: number;

  @ApiProperty({ type: [BulkResult], description: 'One for each contact, in their order.' })
  results: BulkResult[];

  @ApiProperty({ type: DialingView })
  dialing: DialingView;
}

/** Limits the number and size of a new contact's custom fields. A value that is no object is left to other checks. */
function FittingFields(): PropertyDecorator {
  return ValidateBy({
    name: 'fittingFields',
    validator: {
      validate: (value: unknown) => problemOf(value) === null,
      defaultMessage: (found) => problemOf(found?.value) ?? '',
    },
  });
}

function problemOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null ? customFieldsProblem({}, value) : null;
}

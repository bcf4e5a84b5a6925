import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import {
  DncEntry,
  DNC_SOURCES,
  type DncRow,
  type DncSource,
  type DncTerms,
} from '#database/entities/dnc-entry.entity.js';
import { COLUMN_LIMITS } from '#rules/values/text-limits.js';
import { WaitingCampaignsView } from '../campaigns/dialing.dto.js';
import { BooleanField, BooleanParameter, NumberField, TextField } from '../fields/fields.js';
import { HasColumns } from '../fields/has-columns.js';
import { PageQuery, pageOf } from '../fields/page-query.js';

const NUMBER = '+442079460123';

@HasColumns<DncTerms>(DncEntry)
export class AddDncBody {
  @NumberField({
    description:
      'E.164, or national form if the tenant has a default country; read as kindly as in a do-not-call file, an ' +
      'extension is left out.',
    example: NUMBER,
  })
  phone_number: string;

  @TextField({ max: COLUMN_LIMITS.dnc_entries.reason, nullable: true, example: 'asked by email' })
  reason?: string | null;

  @TextField({
    max: 100,
    nullable: true,
    description:
      'The number may be called again then; null: never. A time with its offset, or a date, which lasts until its ' +
      'day is over everywhere. What is two dates (`01/12/2027`) or none lists the number for good, and `note` ' +
      'says so.',
    example: null,
  })
  expires_at?: string | null;

  @BooleanField({
    optional: true,
    default: false,
    description: 'On the list of test campaigns, which have their own; else on that of all others.',
    example: false,
  })
  is_test?: boolean;
}

const WHICH_LIST = 'The list of test campaigns; false: that of all others.';

export class DncListQuery {
  @BooleanParameter({ default: false, description: WHICH_LIST })
  is_test: boolean = false;
}

export class DncPageQuery extends IntersectionType(PageQuery, DncListQuery) {}

@HasColumns<DncRow>(DncEntry)
export class DncEntryView {
  @ApiProperty({ example: NUMBER, description: 'E.164.' })
  phone_number: string;

  @ApiProperty({ type: String, nullable: true, example: 'asked by email' })
  reason: string | null;

  @ApiProperty({ enum: DNC_SOURCES, example: 'manual', description: '`opt_out`: the person has said so.' })
  source: DncSource;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;

  @ApiProperty({ description: 'It applies to test campaigns alone; false: to all others.', example: false })
  is_test: boolean;
}

export class DncAddedAnswer {
  @ApiProperty({ type: DncEntryView })
  entry: DncEntryView;

  @ApiProperty({ type: 'integer', description: 'In all campaigns of its world.', example: 2 })
  contacts_suppressed: number;

  @ApiProperty({ type: String, nullable: true, description: 'What was not accepted as it stands.', example: null })
  note: string | null;
}

export class DncRemovedAnswer extends WaitingCampaignsView {
  @ApiProperty({ type: 'integer', description: 'Contacts that wait to be called again.', example: 2 })
  contacts_released: number;
}

export class DncCheckAnswer {
  @ApiProperty({ example: NUMBER })
  phone_number: string;

  @ApiProperty({ example: true })
  is_listed: boolean;

  @ApiProperty({ type: DncEntryView, nullable: true })
  entry: DncEntryView | null;
}

export class DncPage extends pageOf(DncEntryView, { order: 'Newest first.', total: { example: 500 } }) {}

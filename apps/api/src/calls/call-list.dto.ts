import { ApiProperty, IntersectionType, OmitType } from '@nestjs/swagger';
import { CALL_STATUSES, type CallStatus } from '#rules/call/call-status.js';
import { OUTCOMES, type Outcome } from '#rules/call/outcome.js';
import { CsvQuery } from '../fields/csv-query.js';
import { DateTimeField } from '../fields/date-time-field.js';
import { BooleanParameter, ChoiceField, UuidParameter } from '../fields/fields.js';
import { CursorParameter } from '../fields/list-fields.js';
import { PageQuery } from '../fields/page-query.js';
import { CallView } from './call.dto.js';

export class CallFilterQuery {
  @UuidParameter('Only calls of this campaign.')
  campaign_id?: string;

  @UuidParameter('Only calls to this contact.')
  contact_id?: string;

  @ChoiceField({ choices: CALL_STATUSES, optional: true, description: 'Only calls of this status.' })
  status?: CallStatus;

  @ChoiceField({ choices: OUTCOMES, optional: true, description: 'Only calls that came to this.' })
  outcome?: Outcome;

  @BooleanParameter({ description: 'Only calls of test campaigns, or only others; both where it is left out.' })
  is_test?: boolean;

  @DateTimeField({ description: 'Only calls committed at this time or later.', example: null })
  created_from?: string;

  @DateTimeField({ description: 'Only calls committed before.', example: null })
  created_to?: string;
}

export class CallsQuery extends IntersectionType(PageQuery, CallFilterQuery) {
  @CursorParameter()
  cursor?: string;
}

export class CallsCsvQuery extends IntersectionType(CallFilterQuery, CsvQuery) {}

export class CallListItem extends OmitType(CallView, [
  'tenant_id',
  'dialer_job_id',
  'transcript',
  'recording_id',
  'decision',
  'first_words_said',
]) {}

export class CallsPage {
  @ApiProperty({ type: [CallListItem], description: 'Newest first.' })
  items: CallListItem[];

  @ApiProperty({ type: 'integer', example: 1 })
  page: number;

  @ApiProperty({ type: 'integer', example: 20 })
  page_size: number;

  @ApiProperty({ type: 'integer', description: 'Of all that fit the filters.', example: 812 })
  total: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Hand it back as `cursor` for what follows; null: it may be all.',
  })
  next_cursor: string | null;
}

import { IntersectionType, OmitType } from '@nestjs/swagger';
import { Call, CALL_DETAIL_COLUMNS, type CallListRow } from '#database/entities/call.entity.js';
import { CALL_STATUSES, type CallStatus } from '#rules/call/call-status.js';
import { OUTCOMES, type Outcome } from '#rules/call/outcome.js';
import { CsvQuery } from '../fields/csv-query.js';
import { BooleanParameter, ChoiceField, UuidParameter } from '../fields/fields.js';
import { CursorParameter } from '../fields/list-fields.js';
import { createdBetween, filteredPageOf } from '../fields/filtered-list.js';
import { PageQuery } from '../fields/page-query.js';
import { HasColumns } from '../fields/has-columns.js';
import { CallView } from './call.dto.js';

class CallFilter {
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
}

export class CallFilterQuery extends IntersectionType(CallFilter, createdBetween('calls committed')) {}

export class CallsQuery extends IntersectionType(PageQuery, CallFilterQuery) {
  @CursorParameter()
  cursor?: string;
}

export class CallsCsvQuery extends IntersectionType(CallFilterQuery, CsvQuery) {}

@HasColumns<CallListRow>(Call)
export class CallListItem extends OmitType(CallView, [...CALL_DETAIL_COLUMNS, 'recording_id']) {}

export class CallsPage extends filteredPageOf(CallListItem, { order: 'Newest first.', example: 812 }) {}

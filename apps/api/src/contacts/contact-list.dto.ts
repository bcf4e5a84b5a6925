import { IntersectionType, OmitType } from '@nestjs/swagger';
import { LEAD_ORDERS, type LeadOrder } from '#database/statements/leads/list-leads.js';
import { LEAD_STATUSES, type LeadStatus } from '#rules/lead/lead-status.js';
import { OUTCOMES, type Outcome } from '#rules/call/outcome.js';
import { CsvQuery } from '../fields/csv-query.js';
import { ChoiceField, TextField } from '../fields/fields.js';
import { ChoicesParameter, CursorParameter, OptionalIntegerParameter } from '../fields/list-fields.js';
import { createdBetween, filteredPageOf } from '../fields/filtered-list.js';
import { PageQuery } from '../fields/page-query.js';
import { ContactView } from './contact.dto.js';

const MOST_ATTEMPTS = 10_000;
const STATUSES = LEAD_STATUSES.filter((status) => status !== 'removed');

class ContactFilter {
  @ChoicesParameter({ choices: STATUSES, description: 'Only contacts of these statuses.' })
  status?: LeadStatus[];

  @ChoicesParameter({ choices: OUTCOMES, description: 'Only those whose last call came to this.' })
  outcome?: Outcome[];

  @OptionalIntegerParameter({ min: 0, max: MOST_ATTEMPTS, description: 'Only those called at least so often.' })
  min_attempts?: number;

  @OptionalIntegerParameter({ min: 0, max: MOST_ATTEMPTS, description: 'Only those called at most so often.' })
  max_attempts?: number;

  @TextField({
    max: 100,
    optional: true,
    description: 'Only those in whose name or number this stands.',
    example: 'ada',
  })
  q?: string;
}

export class ContactFilterQuery extends IntersectionType(ContactFilter, createdBetween('those added')) {}

export class ContactsQuery extends IntersectionType(PageQuery, ContactFilterQuery) {
  @ChoiceField({ choices: LEAD_ORDERS, optional: true, description: 'With a minus: downwards.' })
  sort: LeadOrder = '-created_at';

  @CursorParameter()
  cursor?: string;
}

export class ContactsCsvQuery extends IntersectionType(ContactFilterQuery, OmitType(CsvQuery, ['for'])) {
  @ChoiceField({
    choices: ['import', 'excel'],
    optional: true,
    description:
      '`import`: only columns that an import accepts, so that an export of what was imported is the same file. ' +
      '`excel`: for Excel and LibreOffice, with a byte order mark, and with a tab before numbers and dates that ' +
      'they would change (`+44…`, `007`, `1-2`).',
  })
  for?: 'import' | 'excel';
}

export class ContactsPage extends filteredPageOf(ContactView, { example: 500 }) {}

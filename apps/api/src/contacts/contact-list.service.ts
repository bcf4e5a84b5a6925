import { Injectable, type StreamableFile } from '@nestjs/common';
import {
  CUSTOM_FIELDS_COLUMN,
  fieldColumns,
  LONGEST_FIELD_COLUMN,
  MOST_FIELD_COLUMNS,
  PERSON_COLUMNS,
  shownText,
  SYSTEM_COLUMNS,
  unsaidFields,
  type FieldColumns,
} from '#csv/contact-file.js';
import { Database } from '#database/connection/database.js';
import type { LeadRow } from '#database/entities/lead.entity.js';
import { findCampaign } from '#database/statements/campaigns/campaigns.js';
import { listFieldNames } from '#database/statements/leads/list-field-names.js';
import { findLead } from '#database/statements/leads/leads.js';
import {
  countLeads,
  isFiltered,
  listLeads,
  type LeadFilter,
  type ListedLead,
} from '#database/statements/leads/list-leads.js';
import type { OwnedCampaign } from '#dialer/campaigns/campaign-control.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { csvForm } from '../fields/csv-query.js';
import { isNumberKey, isTimeKey } from '../fields/cursor.js';
import { creationOf, filteredPage, inBatches, type FilteredPage } from '../fields/filtered-list.js';
import { csvFile, ndjsonFile, type ExportRow } from '../http/export-file.js';
import type { ContactFilterQuery, ContactsCsvQuery, ContactsQuery } from './contact-list.dto.js';

const [ID, ...WHAT_BECAME_OF_THEM] = SYSTEM_COLUMNS;
const EXPORTED = [ID, ...PERSON_COLUMNS, ...WHAT_BECAME_OF_THEM];

/** No line begins with the plus of a number: a program that sees no separator reads it as a formula. */
const [PHONE_NUMBER, ...OTHERS] = PERSON_COLUMNS;
const IMPORTED = [...OTHERS, PHONE_NUMBER];

/** Contacts as lists and files. */
@Injectable()
export class ContactListService {
  constructor(private readonly database: Database) {}

  async get(campaign: OwnedCampaign, leadId: string): Promise<LeadRow> {
    await this.campaign(campaign);
    const lead = await findLead(this.database, { ...campaign, leadId });
    if (!lead) throw new DomainError('contact_not_found');
    return lead;
  }

  /** Lists a page. Without a filter, the total is the campaign's own count. */
  async list(campaign: OwnedCampaign, query: ContactsQuery): Promise<FilteredPage<LeadRow>> {
    const { total_leads } = await this.campaign(campaign);
    const { sort: order } = query;
    const filter = toFilter(campaign, query);
    const isKey = order.endsWith('created_at') ? isTimeKey : isNumberKey;
    return filteredPage({ order, isKey }, query, async (wanted) => {
      const leads = await listLeads(this.database, filter, { order, ...wanted });
      return [leads, isFiltered(filter) ? await countLeads(this.database, filter) : total_leads];
    });
  }

  async exportAsNdjson(campaign: OwnedCampaign, query: ContactFilterQuery): Promise<StreamableFile> {
    await this.campaign(campaign);
    const batches = this.batches(toFilter(campaign, query));
    return ndjsonFile({ name: 'contacts', columns: [...EXPORTED, CUSTOM_FIELDS_COLUMN], batches });
  }

  async exportAsCsv(campaign: OwnedCampaign, query: ContactsCsvQuery): Promise<StreamableFile> {
    await this.campaign(campaign);
    const filter = toFilter(campaign, query);
    const columns = query.for === 'import' ? IMPORTED : EXPORTED;
    return csvFile('contacts', () => this.withFieldColumns(filter, columns), csvForm(query));
  }

  /** Returns the columns and rows of a file. A custom field that appears later goes into the column of all others. */
  private async withFieldColumns(filter: LeadFilter, columns: readonly string[]) {
    const wanted = { most: MOST_FIELD_COLUMNS, longest: LONGEST_FIELD_COLUMN };
    const fields = fieldColumns(await this.database.transaction((sql) => listFieldNames(sql, filter, wanted)));
    return {
      columns: [...columns, ...fields.values(), CUSTOM_FIELDS_COLUMN],
      batches: csvRows(this.batches(filter), fields),
    };
  }

  private batches(filter: LeadFilter): AsyncGenerator<ListedLead[]> {
    return inBatches((wanted) => listLeads(this.database, filter, { order: 'created_at', ...wanted }));
  }

  private async campaign(campaign: OwnedCampaign) {
    const found = await findCampaign(this.database, campaign);
    if (!found) throw new DomainError('campaign_not_found');
    return found;
  }
}

async function* csvRows(batches: AsyncIterable<ListedLead[]>, fields: FieldColumns): AsyncGenerator<ExportRow[]> {
  for await (const leads of batches) yield leads.map((lead) => csvRow(lead, fields));
}

/** Converts a lead to a row. Names are written without outer spaces, which an import would drop. */
function csvRow(lead: ListedLead, fields: FieldColumns): ExportRow {
  const { custom_fields, ...row } = lead;
  const custom = custom_fields ?? {};
  const texts = [...fields].map(
    ([name, column]) => [column, Object.hasOwn(custom, name) ? shownText(custom[name]) : null] as const,
  );
  return {
    ...Object.fromEntries(texts),
    ...row,
    first_name: shownText(row.first_name),
    last_name: shownText(row.last_name),
    [CUSTOM_FIELDS_COLUMN]: unsaidFields(custom, fields),
  };
}

function toFilter({ tenantId, campaignId }: OwnedCampaign, query: ContactFilterQuery): LeadFilter {
  return {
    tenantId,
    campaignId,
    statuses: query.status ?? null,
    outcomes: query.outcome ?? null,
    attemptsFrom: query.min_attempts ?? null,
    attemptsTo: query.max_attempts ?? null,
    text: query.q ?? null,
    ...creationOf(query),
  };
}

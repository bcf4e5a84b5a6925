import { Injectable, type StreamableFile } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { CallListRow } from '#database/entities/call.entity.js';
import { countCalls, listCalls, type CallFilter, type ListedCall } from '#database/statements/calls/list-calls.js';
import { csvForm } from '../fields/csv-query.js';
import { isTimeKey } from '../fields/cursor.js';
import { creationOf, filteredPage, inBatches, type FilteredPage } from '../fields/filtered-list.js';
import { csvFile, ndjsonFile } from '../http/export-file.js';
import type { CallFilterQuery, CallsCsvQuery, CallsQuery } from './call-list.dto.js';

const ORDER = { order: '-created_at', isKey: isTimeKey };

const EXPORTED = [
  'id',
  'campaign_id',
  'lead_id',
  'attempt',
  'phone_number',
  'status',
  'outcome',
  'answered_by',
  'end_reason',
  'provider',
  'provider_call_id',
  'started_at',
  'answered_at',
  'ended_at',
  'duration_seconds',
  'cost',
  'recording_url',
  'summary',
  'created_at',
  'is_test',
];

/** Calls as lists and files. */
@Injectable()
export class CallListService {
  constructor(private readonly database: Database) {}

  list(tenantId: string, query: CallsQuery): Promise<FilteredPage<CallListRow>> {
    const filter = toFilter(tenantId, query);
    return filteredPage(ORDER, query, (wanted) =>
      Promise.all([listCalls(this.database, filter, wanted), countCalls(this.database, filter)]),
    );
  }

  exportAsNdjson(tenantId: string, query: CallFilterQuery): StreamableFile {
    return ndjsonFile({ name: 'calls', columns: EXPORTED, batches: this.batches(toFilter(tenantId, query)) });
  }

  exportAsCsv(tenantId: string, query: CallsCsvQuery): StreamableFile {
    const batches = this.batches(toFilter(tenantId, query));
    return csvFile('calls', () => Promise.resolve({ columns: EXPORTED, batches }), csvForm(query));
  }

  private batches(filter: CallFilter): AsyncGenerator<ListedCall[]> {
    return inBatches((wanted) => listCalls(this.database, filter, wanted));
  }
}

function toFilter(tenantId: string, query: CallFilterQuery): CallFilter {
  return {
    tenantId,
    campaignId: query.campaign_id ?? null,
    leadId: query.contact_id ?? null,
    status: query.status ?? null,
    outcome: query.outcome ?? null,
    isTest: query.is_test ?? null,
    ...creationOf(query),
  };
}

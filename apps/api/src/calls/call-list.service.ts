import { Injectable, type StreamableFile } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { CallListRow } from '#database/statements/calls/calls.js';
import type { ListPosition } from '#database/statements/parts/filter.js';
import { countCalls, listCalls, type CallFilter, type ListedCall } from '#database/statements/calls/list-calls.js';
import { csvForm } from '../fields/csv-query.js';
import { fromCursor, isTimeKey, toCursor } from '../fields/cursor.js';
import { csvFile, ndjsonFile } from '../http/export-file.js';
import { offsetOf, type Page } from '../fields/page-query.js';
import type { CallFilterQuery, CallsCsvQuery, CallsQuery } from './call-list.dto.js';

const ORDER = '-created_at';

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
const EXPORTED_TOGETHER = 1_000;

/** Calls as lists and files. */
@Injectable()
export class CallListService {
  constructor(private readonly database: Database) {}

  async list(tenantId: string, query: CallsQuery): Promise<Page<CallListRow> & { next_cursor: string | null }> {
    const { page, page_size, cursor } = query;
    const filter = toFilter(tenantId, query);
    const after = cursor === undefined ? null : fromCursor(cursor, ORDER, isTimeKey);
    const [listed, total] = await Promise.all([
      listCalls(this.database, filter, { limit: page_size, offset: after ? 0 : offsetOf(query), after }),
      countCalls(this.database, filter),
    ]);
    const last = listed.length === page_size ? listed.at(-1)! : null;
    return {
      items: listed.map(withoutKey),
      page,
      page_size,
      total,
      next_cursor: last && toCursor(ORDER, positionOf(last)),
    };
  }

  exportAsNdjson(tenantId: string, query: CallFilterQuery): StreamableFile {
    return ndjsonFile({ name: 'calls', columns: EXPORTED, batches: this.batches(toFilter(tenantId, query)) });
  }

  exportAsCsv(tenantId: string, query: CallsCsvQuery): StreamableFile {
    const batches = this.batches(toFilter(tenantId, query));
    return csvFile('calls', () => Promise.resolve({ columns: EXPORTED, batches }), csvForm(query));
  }

  private async *batches(filter: CallFilter): AsyncGenerator<ListedCall[]> {
    let after: ListPosition | null = null;
    do {
      const rows: ListedCall[] = await listCalls(this.database, filter, { limit: EXPORTED_TOGETHER, offset: 0, after });
      if (rows.length > 0) yield rows;
      after = rows.length === EXPORTED_TOGETHER ? positionOf(rows.at(-1)!) : null;
    } while (after);
  }
}

function positionOf({ position_key, id }: ListedCall): ListPosition {
  return { key: position_key, id };
}

function withoutKey({ position_key: _key, ...call }: ListedCall): CallListRow {
  return call;
}

function toFilter(tenantId: string, query: CallFilterQuery): CallFilter {
  return {
    tenantId,
    campaignId: query.campaign_id ?? null,
    leadId: query.contact_id ?? null,
    status: query.status ?? null,
    outcome: query.outcome ?? null,
    isTest: query.is_test ?? null,
    createdFrom: query.created_from ? new Date(query.created_from) : null,
    createdTo: query.created_to ? new Date(query.created_to) : null,
  };
}

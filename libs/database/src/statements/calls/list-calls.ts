import type { CallStatus } from '#rules/call/call-status.js';
import type { Outcome } from '#rules/call/outcome.js';
import type { CallListRow } from '../../entities/call.entity.js';
import type { Sql } from '../../connection/sql.js';
import { CALL_LIST_COLUMNS } from './calls.js';
import { composed, Filter, TIME_KEY, type ListPosition, type NumberedPageWanted } from '../parts/filter.js';

/** Selects calls of a tenant; null: any value. */
export interface CallFilter {
  readonly tenantId: string;
  readonly campaignId: string | null;
  readonly leadId: string | null;
  readonly status: CallStatus | null;
  readonly outcome: Outcome | null;
  readonly isTest: boolean | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
}

/** A call with its position in the list. */
export type ListedCall = CallListRow & Pick<ListPosition, 'key'>;

/** Lists calls, newest first. */
export function listCalls(
  sql: Sql,
  filter: CallFilter,
  { limit, offset, after }: NumberedPageWanted,
): Promise<ListedCall[]> {
  const conditions = conditionsOf(filter);
  if (after) {
    const [key, id] = [conditions.parameter(after.key), conditions.parameter(after.id)];
    conditions.andAlso(`(created_at, id) < (${key}::timestamptz, ${id}::uuid)`);
  }
  const text = `
    SELECT ${CALL_LIST_COLUMNS}, ${TIME_KEY} AS key FROM calls WHERE ${conditions.where}
    ORDER BY created_at DESC, id DESC LIMIT ${conditions.parameter(limit)} OFFSET ${conditions.parameter(offset)}`;
  return sql.run<ListedCall>(composed('list-calls', text), conditions.values);
}

export async function countCalls(sql: Sql, filter: CallFilter): Promise<number> {
  const conditions = conditionsOf(filter);
  const text = `SELECT count(*)::int AS n FROM calls WHERE ${conditions.where}`;
  const [row] = await sql.run<{ n: number }>(composed('count-calls', text), conditions.values);
  return row?.n ?? 0;
}

function conditionsOf(filter: CallFilter): Filter {
  return new Filter()
    .and('tenant_id = ?', filter.tenantId)
    .and('campaign_id = ?', filter.campaignId)
    .and('lead_id = ?', filter.leadId)
    .and('status = ?', filter.status)
    .and('outcome = ?', filter.outcome)
    .and('is_test = ?', filter.isTest)
    .and('created_at >= ?', filter.createdFrom)
    .and('created_at < ?', filter.createdTo);
}

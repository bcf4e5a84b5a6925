import { numberKey } from '#rules/phone-number/number-key.js';
import { toE164 } from '#rules/phone-number/phone-number.js';
import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Outcome } from '#rules/call/outcome.js';
import type { LeadRow } from '../../entities/lead.entity.js';
import type { Sql } from '../../connection/sql.js';
import { composed, containing, Filter, TIME_KEY, type ListPosition, type NumberedPageWanted } from '../parts/filter.js';
import { LEAD_COLUMNS, LEADS } from './leads.js';

/** Orders of the list; an index serves each in both directions. */
export const LEAD_ORDERS = ['created_at', '-created_at', 'phone_number', '-phone_number'] as const;
export type LeadOrder = (typeof LEAD_ORDERS)[number];

/** Selects leads of a campaign; null: any value. */
export interface LeadFilter {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly statuses: readonly LeadStatus[] | null;
  readonly outcomes: readonly Outcome[] | null;
  readonly attemptsFrom: number | null;
  readonly attemptsTo: number | null;
  /** Text in the name or the number; a whole number may be written in any way. */
  readonly text: string | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
}

export interface LeadPage extends NumberedPageWanted {
  readonly order: LeadOrder;
}

/** A lead with its position in the list. */
export type ListedLead = LeadRow & Pick<ListPosition, 'key'>;

export function listLeads(
  sql: Sql,
  filter: LeadFilter,
  { order, limit, offset, after }: LeadPage,
): Promise<ListedLead[]> {
  const column = order.replace('-', '');
  const [direction, beyond] = order.startsWith('-') ? ['DESC', '<'] : ['ASC', '>'];
  const conditions = conditionsOf(filter);
  if (after) {
    const [key, id] = [conditions.parameter(after.key), conditions.parameter(after.id)];
    const type = column === 'created_at' ? 'timestamptz' : 'varchar';
    conditions.andAlso(`(leads.${column}, leads.id) ${beyond} (${key}::${type}, ${id}::uuid)`);
  }
  const text = `
    SELECT ${LEAD_COLUMNS}, ${column === 'created_at' ? TIME_KEY : column} AS key FROM ${LEADS}
      WHERE ${conditions.where}
    ORDER BY leads.${column} ${direction}, leads.id ${direction}
    LIMIT ${conditions.parameter(limit)} OFFSET ${conditions.parameter(offset)}`;
  return sql.run<ListedLead>(composed('list-leads', text), conditions.values);
}

export async function countLeads(sql: Sql, filter: LeadFilter): Promise<number> {
  const conditions = conditionsOf(filter);
  const text = `SELECT count(*)::int AS n FROM leads WHERE ${conditions.where}`;
  const [row] = await sql.run<{ n: number }>(composed('count-leads', text), conditions.values);
  return row?.n ?? 0;
}

export function isFiltered(filter: LeadFilter): boolean {
  const { tenantId: _tenant, campaignId: _campaign, ...others } = filter;
  return Object.values(others).some((value) => value !== null);
}

/** Builds the conditions of a list of leads. */
export function conditionsOf(filter: LeadFilter): Filter {
  const number = toE164(filter.text ?? '', null);
  const digits = filter.text?.replaceAll(/[\s().-]/g, '') ?? '';
  return new Filter()
    .and('leads.tenant_id = ?', filter.tenantId)
    .and(`leads.campaign_id = ? AND leads.status <> 'removed'`, filter.campaignId)
    .and('leads.status = ANY(?::text[])', filter.statuses)
    .and('leads.outcome = ANY(?::text[])', filter.outcomes)
    .and('leads.call_attempts >= ?', filter.attemptsFrom)
    .and('leads.call_attempts <= ?', filter.attemptsTo)
    .and('leads.created_at >= ?', filter.createdFrom)
    .and('leads.created_at < ?', filter.createdTo)
    .and(
      `(concat_ws(' ', leads.first_name, leads.last_name) ILIKE (?::text[])[1] OR leads.phone_number LIKE (?::text[])[2]
        OR leads.number_key = (?::text[])[3])`,
      filter.text === null
        ? null
        : [containing(filter.text), containing(digits || filter.text), number === null ? null : numberKey(number)],
    );
}

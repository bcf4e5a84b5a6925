import { MOST_BYTES, MOST_FIELDS } from '#rules/lead/custom-fields.js';
import type { MergedContact } from '../../entities/lead.entity.js';
import type { Sql } from '../../connection/sql.js';
import { MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';

/** A contact with which an upgrade merged others of its campaign, since their numbers reach the same phone. */
export interface MergedLead {
  readonly id: string;
  readonly tenant_id: string;
  readonly campaign_id: string;
  readonly phone_number: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly merged_contacts: readonly MergedContact[];
}

export function mergedLeads(sql: Sql, limit: number): Promise<MergedLead[]> {
  return sql.run<MergedLead>(MERGED, [limit]);
}

const MERGED = {
  name: 'merged-leads',
  text: `
    SELECT id, tenant_id, campaign_id, phone_number, first_name, last_name, merged_contacts FROM leads
    WHERE merged_contacts IS NOT NULL ORDER BY id LIMIT $1`,
};

/**
 * Forgets the contacts that were merged into this one: an operator has decided.
 * @returns true if there were any.
 */
export async function settleMergedLead(sql: Sql, leadId: string): Promise<boolean> {
  return (await sql.run(SETTLE, [leadId])).length > 0;
}

const SETTLE = {
  name: 'settle-merged-lead',
  text: `UPDATE leads SET merged_contacts = NULL WHERE id = $1 AND merged_contacts IS NOT NULL RETURNING id`,
};

/** A row with a value that is longer than today's limit. It still works; an edit may only shorten it. */
export interface OutgrownRow {
  readonly kind: string;
  readonly id: string;
  readonly tenant_id: string;
  /** The field, and its excess length. */
  readonly problem: string;
}

/** A column with texts, and the most characters that one may have. */
export interface LimitedText {
  readonly table: string;
  readonly field: string;
  readonly most: number;
}

/** Lists rows whose text in one column is too long, at most `limit`. Runs in a transaction that may take minutes. */
export function rowsWithLongText(sql: Sql, text: LimitedText, limit: number): Promise<OutgrownRow[]> {
  return sql.run<OutgrownRow>(longTexts(text), [limit]);
}

function longTexts({ table, field, most }: LimitedText) {
  return {
    name: `outgrown-${table}-${field}`,
    timeoutMs: MINUTES_TIMEOUT_MS,
    text: `
      SELECT '${table.slice(0, -1)}' AS kind, id, tenant_id,
        '${field}: ' || char_length(${field}) || ' characters, at most ${most} are taken' AS problem
      FROM ${table} WHERE char_length(${field}) > ${most} ORDER BY id LIMIT $1`,
  };
}

/** A lead whose custom fields may be too large. */
export interface LargeLead {
  readonly id: string;
  readonly tenant_id: string;
  readonly custom_fields: object;
}

/** Leads that are read at once; each may have a megabyte. */
export const LARGE_LEADS_TOGETHER = 20;

/** Comes before every lead in the order of ids. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Returns the next leads after an id whose custom fields may be too large. PostgreSQL writes JSON with blanks, so its
 * length only shows which leads to measure.
 */
export function largeLeads(sql: Sql, after: string): Promise<LargeLead[]> {
  return sql.run<LargeLead>(LARGE, [after]);
}

const LARGE = {
  name: 'leads-with-large-fields',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `
    SELECT id, tenant_id, custom_fields FROM leads
    WHERE id > $1 AND jsonb_typeof(custom_fields) = 'object' AND (octet_length(custom_fields::text) > ${MOST_BYTES}
      OR (SELECT count(*) FROM jsonb_object_keys(custom_fields)) > ${MOST_FIELDS})
    ORDER BY id LIMIT ${LARGE_LEADS_TOGETHER}`,
};

import { IsNull, Not } from 'typeorm';
import { MOST_BYTES, MOST_FIELDS } from '#rules/lead/custom-fields.js';
import { Lead, type MergedContact } from '../../entities/lead.entity.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';

/** A contact with which an upgrade merged others of its campaign, since their numbers reach the same phone. */
export type MergedLead = Readonly<Pick<Lead, (typeof MERGED_COLUMNS)[number]>> & {
  readonly merged_contacts: readonly MergedContact[];
};

const MERGED_COLUMNS = [
  'id',
  'tenant_id',
  'campaign_id',
  'phone_number',
  'first_name',
  'last_name',
  'merged_contacts',
] as const satisfies readonly (keyof Lead)[];

const IS_MERGED = { merged_contacts: Not(IsNull()) };

/** Lists merged contacts, at most `limit`. */
export function mergedLeads({ manager }: Transaction, limit: number): Promise<MergedLead[]> {
  const leads = manager.createQueryBuilder(Lead, 'lead').select(MERGED_COLUMNS.map((column) => `lead.${column}`));
  return leads.where(IS_MERGED).orderBy('lead.id').limit(limit).getMany() as Promise<MergedLead[]>;
}

/** Finds a merged contact. */
export function findMergedLead({ manager }: Transaction, id: string): Promise<MergedLead | null> {
  return manager.findOneBy(Lead, { id, ...IS_MERGED }) as Promise<MergedLead | null>;
}

/** Forgets the contacts that were merged into this one: an operator has decided. */
export async function settleMergedLead({ manager }: Transaction, id: string): Promise<void> {
  await manager.update(Lead, { id, ...IS_MERGED }, { merged_contacts: null });
}

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

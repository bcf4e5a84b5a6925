import type { Sql } from '../../connection/sql.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';
import { composed } from '../parts/filter.js';
import { conditionsOf, type LeadFilter } from './list-leads.js';

interface FieldNames {
  readonly most: number;
  /** Longer names are left out. */
  readonly longest: number;
}

/**
 * Lists the names of leads' custom fields, the most frequent first. Runs in a transaction of its own.
 *
 * 1. Read every lead of the filter once. A million leads with five fields each take seconds, so the limit is minutes.
 * 2. Count each name. PostgreSQL does so on disk if there are too many for its memory.
 * 3. Return `most` names, so that neither the process nor the file grows with the names that leads have.
 */
export async function listFieldNames(sql: Sql, filter: LeadFilter, { most, longest }: FieldNames): Promise<string[]> {
  const conditions = conditionsOf(filter);
  const text = `
    SELECT field.name FROM leads
    CROSS JOIN LATERAL jsonb_object_keys(
      CASE WHEN jsonb_typeof(leads.custom_fields) = 'object' THEN leads.custom_fields END) AS field (name)
    WHERE ${conditions.where} AND char_length(field.name) <= ${conditions.parameter(longest)}
    GROUP BY field.name
    ORDER BY count(*) DESC, field.name COLLATE "C"
    LIMIT ${conditions.parameter(most)}`;
  const statement = { ...composed('list-field-names', text), timeoutMs: MINUTES_TIMEOUT_MS };
  await allowMinutes(sql);
  const rows = await sql.run<{ name: string }>(statement, conditions.values);
  return rows.map(({ name }) => name);
}

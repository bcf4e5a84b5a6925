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
 * Names of the custom fields of leads, those that most leads have first.
 *
 * 1. Reads every lead of the filter once: 1,000,000 with five fields each take seconds, so it has minutes.
 * 2. Counts each name; PostgreSQL does so on disk where there are too many for its memory.
 * 3. Gives back `most` of them: neither the process nor the file grows with the names that leads have.
 *
 * Run in a transaction of its own.
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

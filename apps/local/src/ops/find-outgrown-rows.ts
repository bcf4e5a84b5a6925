import type { Sql } from '#database/connection/sql.js';
import {
  BEFORE_ALL,
  LARGE_LEADS_TOGETHER,
  largeLeads,
  rowsWithLongText,
  type OutgrownRow,
} from '#database/statements/ops/outgrown-rows.js';
import { customFieldsProblem } from '#rules/lead/custom-fields.js';
import { TEXT_LIMITS } from '#rules/values/text-limits.js';

/**
 * Lists rows from before today's limits, at most `limit` of each kind. Runs in a transaction that may take minutes.
 *
 * 1. Read the rows with a text that is too long, column by column.
 * 2. Read the leads whose custom fields may be too large, and measure them.
 */
export async function findOutgrownRows(sql: Sql, limit: number): Promise<OutgrownRow[]> {
  const texts = Object.entries(TEXT_LIMITS).flatMap(([table, fields]) =>
    Object.entries(fields).map(([field, most]) => ({ table, field, most })),
  );
  const rows: OutgrownRow[] = [];
  for (const text of texts) rows.push(...(await rowsWithLongText(sql, text, limit)));
  return [...rows, ...(await overfullLeads(sql, limit))];
}

/** Lists leads with too large custom fields. */
async function overfullLeads(sql: Sql, limit: number): Promise<OutgrownRow[]> {
  const found: OutgrownRow[] = [];
  for (let after = BEFORE_ALL; found.length < limit;) {
    const leads = await largeLeads(sql, after);
    for (const { id, tenant_id, custom_fields } of leads) {
      const problem = customFieldsProblem({}, custom_fields);
      if (problem !== null) found.push({ kind: 'contact', id, tenant_id, problem: `custom_fields: ${problem}` });
    }
    if (leads.length < LARGE_LEADS_TOGETHER) break;
    after = leads.at(-1)!.id;
  }
  return found.slice(0, limit);
}

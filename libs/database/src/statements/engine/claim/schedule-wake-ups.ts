import type { Sql } from '../../../connection/sql.js';
import { hasUnplaced } from './calling-hours.js';
import { HEAD } from './claim-due-leads.js';
import { lookAfterImport } from '../../imports/open-imports.js';

/**
 * Notes when campaigns, locked by the caller, want to be looked at next, for those of them in which there is nobody to
 * call now: a claim would find that out as well, in a transaction for each.
 * @returns the others.
 */
export async function letRest(sql: Sql, campaignIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(LET_REST, [campaignIds]);
  return rows.map(({ id }) => id);
}

/** As a claim notes it. Where hours have to be reckoned anew, or a place to be looked up, there may be somebody. */
const LET_REST = {
  name: 'let-rest',
  text: `
    WITH next AS (
      SELECT k.id, CASE
        WHEN ${hasUnplaced('k.id')} THEN now()
        ELSE coalesce(nullif((SELECT min(greatest(${HEAD}, h.opens_at)) FROM campaign_hours h
          WHERE h.campaign_id = k.id AND ${HEAD} IS NOT NULL), 'infinity'), ${lookAfterImport('k.id')}) END AS at
      FROM campaigns k WHERE k.id = ANY($1::uuid[]) AND k.status = 'running'
    ), noted AS (
      UPDATE campaigns k SET wake_at = next.at FROM next
      WHERE k.id = next.id AND coalesce(next.at > now(), true) AND k.wake_at IS DISTINCT FROM next.at
    )
    SELECT id FROM next WHERE at <= now() ORDER BY id`,
};

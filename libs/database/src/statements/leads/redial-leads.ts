import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Sql } from '../../connection/sql.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';
import { sqlList } from '../parts/sql-list.js';

/**
 * Makes leads of a locked campaign pending again that were given up with one of these outcomes, due now. Their attempts
 * so far stay on record and no longer count towards the cap.
 * @returns how many.
 */
export async function redialLeads(
  sql: Sql,
  { campaignId, outcomes }: { campaignId: string; outcomes: readonly string[] },
): Promise<number> {
  await allowMinutes(sql);
  const [row] = await sql.run<{ n: number }>(REDIAL, [campaignId, outcomes]);
  return row?.n ?? 0;
}

/** Statuses of a lead that was given up. One that is `invalid` is so only by its outcome. */
const GIVEN_UP = ['exhausted', 'expired'] as const satisfies readonly LeadStatus[];

const REDIAL = {
  name: 'redial-leads',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `
    WITH again AS (
      UPDATE leads SET status = 'pending', next_attempt_at = now(), retry_at = NULL, block_code = NULL,
        earlier_attempts = call_attempts
      WHERE campaign_id = $1 AND (status IN (${sqlList(GIVEN_UP)}) OR status = 'invalid' AND outcome = 'bad_number')
        AND outcome = ANY($2::text[]) AND erased_at IS NULL RETURNING id
    )
    SELECT count(*)::int AS n FROM again`,
};

import type { Sql } from '../../connection/sql.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';

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

const REDIAL = {
  name: 'redial-leads',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `
    WITH again AS (
      UPDATE leads SET status = 'pending', next_attempt_at = now(), retry_at = NULL, block_code = NULL,
        earlier_attempts = call_attempts
      WHERE campaign_id = $1 AND (status IN ('exhausted', 'expired') OR status = 'invalid' AND outcome = 'bad_number')
        AND outcome = ANY($2::text[]) AND erased_at IS NULL RETURNING id
    )
    SELECT count(*)::int AS n FROM again`,
};

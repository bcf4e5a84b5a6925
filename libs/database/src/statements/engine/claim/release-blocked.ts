import { BLOCKABLE_LEAD_STATUSES } from '#rules/lead/lead-status.js';
import type { Gate } from '#rules/gate/gate.js';
import type { Sql } from '../../../connection/sql.js';
import { sqlList } from '../../parts/sql-list.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from '../../parts/allow-minutes.js';

/**
 * Makes leads due again that wait for one of these gates, after an edit of what the gates check. The next claim asks
 * the gates again. Run under the campaigns' locks.
 */
export async function releaseBlocked(
  sql: Sql,
  { campaignIds, gates }: { campaignIds: readonly string[]; gates: readonly Gate[] },
): Promise<void> {
  if (gates.length === 0) return;
  await allowMinutes(sql);
  await sql.run(RELEASE, [campaignIds, gates]);
}

const RELEASE = {
  name: 'release-blocked',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `
    UPDATE leads SET block_code = NULL, next_attempt_at = greatest(now(), retry_at)
    WHERE campaign_id = ANY($1::uuid[]) AND block_code = ANY($2::text[])
      AND status IN (${sqlList(BLOCKABLE_LEAD_STATUSES)})`,
};

import type { Gate } from '#rules/gate/gate.js';
import type { Sql } from '../../../connection/sql.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from '../../parts/allow-minutes.js';

/**
 * Puts leads up again that wait for one of these gates to open, some of them for ever, since what the gates go by has
 * changed: the claim asks anew. Run under the campaigns' locks.
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
    WHERE campaign_id = ANY($1::uuid[]) AND block_code = ANY($2::text[]) AND status IN ('pending', 'removed')`,
};

import { OPEN_CAMPAIGN_STATUSES } from '#rules/campaign/campaign-status.js';
import type { Sql } from '../../connection/sql.js';
import { NOTHING_LEFT } from '../engine/settle/complete-campaigns.js';
import { sqlList } from '../parts/sql-list.js';

/**
 * Expires some pending leads of a campaign that the caller has locked.
 * @returns how many.
 */
export async function expireLeads(
  sql: Sql,
  { campaignId, limit }: { campaignId: string; limit: number },
): Promise<number> {
  const [row] = await sql.run<{ n: number }>(EXPIRE, [campaignId, limit]);
  return row?.n ?? 0;
}

const EXPIRE = {
  name: 'expire-leads',
  text: `
    WITH chosen AS (
      SELECT id FROM leads WHERE campaign_id = $1 AND status = 'pending' ORDER BY next_attempt_at LIMIT $2 FOR UPDATE
    ), expired AS (
      UPDATE leads l SET status = 'expired', block_code = NULL FROM chosen WHERE l.id = chosen.id RETURNING l.id
    )
    SELECT count(*)::int AS n FROM expired`,
};

/**
 * Completes a locked campaign whose end has come and that has no live job and no pending lead.
 * @returns true if it did.
 */
export async function completeEndedCampaign(sql: Sql, campaignId: string): Promise<boolean> {
  const rows = await sql.run(COMPLETE, [campaignId]);
  return rows.length > 0;
}

const COMPLETE = {
  name: 'complete-ended-campaign',
  text: `
    UPDATE campaigns k SET status = 'completed', status_reason = NULL, completed_at = now(), wake_at = NULL
    WHERE k.id = $1 AND k.status IN (${sqlList(OPEN_CAMPAIGN_STATUSES)}) AND k.end_at <= now()
      AND ${NOTHING_LEFT}
    RETURNING k.id`,
};

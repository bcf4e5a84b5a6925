import { LIVE_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { AWAITED_GATES } from '#rules/gate/gate.js';
import type { Sql } from '../../../connection/sql.js';
import { hasUnplaced } from '../claim/calling-hours.js';
import { isImporting } from '../claim/open-imports.js';
import { IS_AREA_CALLABLE } from '../eligibility/gates.js';
import { sqlList } from '../../parts/sql-list.js';

/**
 * True if no job is live, no lead may be called or may still consent, and no import runs. Each is one index probe.
 * PostgreSQL plans NOT EXISTS as a join over all leads once most of them wait (477 ms at a million).
 */
export const NOTHING_LEFT = `
  NOT ${hasUnplaced('k.id')}
  AND (SELECT h.area_id FROM campaign_hours h WHERE h.campaign_id = k.id AND ${IS_AREA_CALLABLE} AND (
    SELECT l.next_attempt_at FROM leads l WHERE l.campaign_id = k.id AND l.area_id = h.area_id AND l.status = 'pending'
    ORDER BY l.next_attempt_at LIMIT 1) < 'infinity' LIMIT 1) IS NULL
  AND (SELECT j.id FROM dialer_jobs j WHERE j.campaign_id = k.id AND j.status IN (${sqlList(LIVE_DIALER_JOB_STATUSES)})
    ORDER BY j.status LIMIT 1) IS NULL
  AND (SELECT l.id FROM leads l WHERE l.campaign_id = k.id AND l.block_code IN (${sqlList(AWAITED_GATES)})
    AND l.status = 'pending' LIMIT 1) IS NULL
  AND NOT ${isImporting('k.id')}`;

/** Returns true if no lead of a campaign is being called or can be called later. */
export async function isNobodyLeft(sql: Sql, campaignId: string): Promise<boolean> {
  const [row] = await sql.run<{ is_left: boolean }>(NOBODY_LEFT, [campaignId]);
  return row?.is_left ?? true;
}

const NOBODY_LEFT = { name: 'nobody-left', text: `SELECT ${NOTHING_LEFT} AS is_left FROM campaigns k WHERE k.id = $1` };

/**
 * Completes running campaigns that have no lead left to call, now or later. A campaign without any lead stays running:
 * contacts that are added to it are called at once.
 */
export async function completeExhaustedCampaigns(sql: Sql, campaignIds: readonly string[]): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(COMPLETE, [campaignIds]);
  return rows.map((row) => row.id);
}

const COMPLETE = {
  name: 'complete-exhausted-campaigns',
  text: `
    UPDATE campaigns k SET status = 'completed', status_reason = NULL, completed_at = now()
    WHERE k.id = ANY($1::uuid[]) AND k.status = 'running' AND k.total_leads > 0 AND ${NOTHING_LEFT}
    RETURNING k.id`,
};

import type { Sql } from '#database/connection/sql.js';
import { setCampaignStatus, withdrawQueuedJobs } from '#database/statements/campaigns/pause-campaign.js';
import type { CampaignStatusReason } from '#rules/campaign/campaign-status.js';

/** Pauses a running campaign that the caller has locked. Queued jobs are withdrawn; live calls go on. */
export async function pauseLocked(
  sql: Sql,
  { campaignId, reason }: { campaignId: string; reason: CampaignStatusReason },
): Promise<void> {
  await setCampaignStatus(sql, { campaignId, status: 'paused', reason });
  await withdrawQueuedJobs(sql, { campaignId, reason });
}

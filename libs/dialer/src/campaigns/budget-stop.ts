import type { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { lockCampaignsIn } from '#database/statements/campaigns/kill-switch.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { lockBudgetsOfJobs, outOfMinutes } from '#database/statements/engine/place/minutes-budget.js';
import { pauseLocked } from './campaign-pause.js';

interface UnpaidJobs {
  /** Attempts of one campaign. */
  readonly dialerJobIds: readonly string[];
  /** True if the operator's language model talks in these calls, even if the tenant pays for the calls. */
  readonly isRelayed: boolean;
}

/**
 * Pauses campaigns whose minutes are spent. If the tenant's budget cannot pay for a call of these jobs, all its running
 * campaigns are paused, except tests. If the operator's limit cannot, only this campaign is paused: calls over the
 * tenant's own account may go on. The budget is checked again under its lock. Minutes may have been freed or added
 * after the jobs were declined.
 */
export async function stopWhereMinutesAreSpent(database: Database, jobs: UnpaidJobs): Promise<void> {
  await database.transaction(async (sql) => {
    await lockBudgetsOfJobs(sql, jobs.dialerJobIds);
    for (const { tenant_id, campaign_id, is_operators } of await outOfMinutes(sql, jobs)) {
      if (is_operators) await pauseOne(sql, campaign_id);
      else await pauseAll(sql, tenant_id);
    }
  });
}

async function pauseAll(sql: Sql, tenantId: string): Promise<void> {
  const running = await lockCampaignsIn(sql, { tenantId, status: 'running', reason: null, isLive: true });
  for (const campaignId of running) await pauseLocked(sql, { campaignId, reason: 'budget' });
}

async function pauseOne(sql: Sql, campaignId: string): Promise<void> {
  const campaign = await lockCampaign(sql, { campaignId, beforePlacing: true });
  if (campaign?.status === 'running') await pauseLocked(sql, { campaignId, reason: 'operator_limit' });
}

import type { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { lockCampaignsIn } from '#database/statements/campaigns/kill-switch.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { holdBudgetsOfJobs, outOfMinutes } from '#database/statements/engine/place/minutes-budget.js';
import { pauseLocked } from './campaign-pause.js';

interface UnpaidJobs {
  /** Attempts of one campaign. */
  readonly dialerJobIds: readonly string[];
  /** The operator's language model talks in their calls, whoever pays for the line. */
  readonly isRelayed: boolean;
}

/**
 * The hard stop: pauses every running campaign, tests apart, of a tenant whose budget cannot carry a call of these
 * jobs, and this one if it is the operator's limit that cannot: calls over an account of the tenant's own may go on.
 * Asked again under the budget's lock: minutes that were freed or added since the jobs were turned away keep it from
 * happening.
 */
export async function stopWhereMinutesAreSpent(database: Database, jobs: UnpaidJobs): Promise<void> {
  await database.transaction(async (sql) => {
    await holdBudgetsOfJobs(sql, jobs.dialerJobIds);
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

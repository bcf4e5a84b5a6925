import type { Database } from '#database/database.js';
import { lockCampaignsIn } from '#database/statements/kill-switch.js';
import { holdBudgetsOfJobs, tenantsOutOfMinutes } from '#database/statements/minutes-budget.js';
import { pauseLocked } from '../campaigns/campaign-hold.js';

/**
 * The hard stop: pauses every running campaign of a tenant whose budget cannot carry a call of these jobs. Asked again under the budget's
 * lock: minutes that were freed or added since the jobs were turned away keep it from happening. The jobs are of one tenant.
 */
export async function stopWhereMinutesAreSpent(database: Database, dialerJobIds: readonly string[]): Promise<void> {
  await database.transaction(async (sql) => {
    await holdBudgetsOfJobs(sql, dialerJobIds);
    for (const tenantId of await tenantsOutOfMinutes(sql, dialerJobIds)) {
      const running = await lockCampaignsIn(sql, { tenantId, status: 'running', reason: null });
      for (const campaignId of running) await pauseLocked(sql, { campaignId, reason: 'budget' });
    }
  });
}

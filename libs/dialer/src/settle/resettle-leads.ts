import type { Sql } from '#database/connection/sql.js';
import {
  reopenCampaigns,
  updateResettled,
  withdrawRetries,
  type ResettledLead,
} from '#database/statements/engine/settle/resettle-leads.js';

/**
 * Corrects the leads of calls that ended earlier, after a late report; each lead is given once.
 *
 * 1. Cancel a retry that is only queued. A retry that is being placed goes on; its end considers the other calls.
 * 2. Update the leads that are not being called. A removed lead stays removed. A lead on the do-not-call list becomes
 *    `completed` only, since its number may be taken off the list again.
 * 3. Reopen a completed campaign that has a lead to call again.
 */
export async function resettleLeads(sql: Sql, leads: readonly ResettledLead[]): Promise<void> {
  const withdrawnIds = await withdrawRetries(sql, leads);
  await updateResettled(sql, { leads, withdrawnIds });
  const again = leads.filter(({ lead_status }) => lead_status === 'pending').map(({ lead_id }) => lead_id);
  if (again.length > 0) await reopenCampaigns(sql, again);
}

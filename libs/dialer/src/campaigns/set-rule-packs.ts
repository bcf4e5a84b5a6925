import type { Transaction } from '#database/connection/transaction.js';
import { storeRulePacks, wakeForRulePacks } from '#database/statements/campaigns/rule-packs.js';
import { forgetHours } from '#database/statements/engine/claim/calling-hours.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';
import { lockCampaignsOf } from '#database/statements/engine/locks/lock-campaigns-of-tenant.js';
import { gatesReopenedBy } from '#rules/gate/gate.js';

/**
 * Switches a tenant's rule packs on or off.
 *
 * 1. Update the tenant, which comes before campaigns in the order of locks (`lockCampaign`).
 * 2. Lock all its campaigns, so that no call is committed on the old hours afterwards.
 * 3. Forget their hours, which are then recomputed.
 * 4. Release the leads that the change may allow, and wake the running campaigns.
 */
export async function setRulePacks(
  tx: Transaction,
  { tenantId, usesRulePacks }: { tenantId: string; usesRulePacks: boolean },
): Promise<void> {
  await storeRulePacks(tx, { tenantId, usesRulePacks });
  const campaignIds = await lockCampaignsOf(tx, tenantId);
  await forgetHours(tx, campaignIds);
  await releaseBlocked(tx, { campaignIds, gates: gatesReopenedBy('tenant', { uses_rule_packs: usesRulePacks }) });
  await wakeForRulePacks(tx, tenantId);
}

import { gatesReopenedBy } from '#rules/gate/gate.js';
import type { Transaction } from '../../connection/transaction.js';
import { Tenant } from '../../entities/tenant.entity.js';
import { forgetHours } from '../engine/claim/calling-hours.js';
import { lockCampaignsOf } from '../access/edit-tenant.js';
import { releaseBlocked } from '../engine/claim/release-blocked.js';

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
  await tx.manager.update(Tenant, { id: tenantId }, { uses_rule_packs: usesRulePacks });
  const campaignIds = await lockCampaignsOf(tx, tenantId);
  await forgetHours(tx, campaignIds);
  await releaseBlocked(tx, { campaignIds, gates: gatesReopenedBy('tenant', { uses_rule_packs: usesRulePacks }) });
  await tx.run(WAKE, [tenantId]);
}

const WAKE = {
  name: 'rule-packs-wake-campaigns',
  text: `UPDATE campaigns SET wake_at = now() WHERE tenant_id = $1 AND status = 'running'`,
};

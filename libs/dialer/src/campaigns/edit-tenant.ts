import type { Transaction } from '#database/connection/transaction.js';
import { hasValues } from '#database/entities/edits.js';
import { Tenant, type TenantTerms } from '#database/entities/tenant.entity.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';
import { lockCampaignsOf } from '#database/statements/engine/locks/lock-campaigns-of-tenant.js';
import { gatesReopenedBy } from '#rules/gate/gate.js';

/**
 * Changes a tenant. Once this is committed, no call is committed on the old gap, cap or budget.
 *
 * 1. Change the tenant. Its row comes first in `lockCampaign`'s order of locks.
 * 2. Lock its campaigns, if the edits concern calls: this waits for transactions that place a call of them.
 * 3. Make leads due that waited for the old terms.
 */
export async function editTenant(
  tx: Transaction,
  { tenantId, edits }: { tenantId: string; edits: TenantEdits },
): Promise<void> {
  if (hasValues(edits)) await tx.manager.update(Tenant, { id: tenantId }, edits);
  const gates = gatesReopenedBy('tenant', edits);
  if (gates.length === 0 && edits.minutes_remaining === undefined) return;
  const campaignIds = await lockCampaignsOf(tx, tenantId);
  if (gates.length > 0) await releaseBlocked(tx, { campaignIds, gates });
}

/** Terms of a tenant to change; one that is undefined stays. `setRulePacks` changes if rule packs are used. */
export type TenantEdits = Partial<Omit<TenantTerms, 'uses_rule_packs'>>;

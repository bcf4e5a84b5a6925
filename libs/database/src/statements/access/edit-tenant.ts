import { gatesReopenedBy } from '#rules/gate/gate.js';
import { Tenant, type TenantTerms } from '../../entities/tenant.entity.js';
import { hasValues } from '../../entities/edits.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { releaseBlocked } from '../engine/claim/release-blocked.js';

/** Terms of a tenant to change; one that is undefined stays. `setRulePacks` changes if rule packs are used. */
export type TenantEdits = Partial<Omit<TenantTerms, 'uses_rule_packs'>>;

/**
 * Changes a tenant. Once this is committed, no call is committed on the old gap, cap or budget.
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

/**
 * Locks every campaign of a tenant, in the order of their ids. No call of them is committed before the transaction has
 * ended.
 * @returns their ids.
 */
export async function lockCampaignsOf(sql: Sql, tenantId: string): Promise<string[]> {
  const campaigns = await sql.run<{ id: string }>(LOCK_CAMPAIGNS, [tenantId]);
  return campaigns.map(({ id }) => id);
}

const LOCK_CAMPAIGNS = {
  name: 'lock-campaigns-of-tenant',
  text: `SELECT id FROM campaigns WHERE tenant_id = $1 ORDER BY id FOR UPDATE`,
};

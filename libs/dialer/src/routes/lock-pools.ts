import type { Sql } from '#database/connection/sql.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';
import { lockCampaignsOf } from '#database/statements/engine/locks/lock-campaigns-of-tenant.js';
import { lockTenantForCallerIds, wakeForCallerIds } from '#database/statements/telephony/caller-ids.js';

/**
 * Locks the pools of a tenant's caller ids for a change in the same transaction.
 *
 * 1. Lock the tenant, so that no other request changes its pools.
 * 2. Lock its campaigns, so that no number is drawn from a pool meanwhile.
 * 3. Release the leads for which the pools had no number left, and wake the campaigns.
 */
export async function lockPools(sql: Sql, tenantId: string): Promise<void> {
  await lockTenantForCallerIds(sql, tenantId);
  const campaignIds = await lockCampaignsOf(sql, tenantId);
  await releaseBlocked(sql, { campaignIds, gates: ['caller_ids_used'] });
  await wakeForCallerIds(sql, campaignIds);
}

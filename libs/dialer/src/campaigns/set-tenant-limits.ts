import type { Transaction } from '#database/connection/transaction.js';
import { storeTenantLimits, wakeForLimits, type LimitEdits } from '#database/statements/access/tenant-limits.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';
import { CALL_LIMIT_GATES } from '#database/statements/engine/eligibility/operator-limits.js';
import { lockCampaignsOf } from '#database/statements/engine/locks/lock-campaigns-of-tenant.js';

/**
 * Sets what the operator allows a tenant. Once this is committed, no call is committed on the old limits.
 *
 * 1. Set the limits. Minutes are counted anew if their limit is set. The tenant's row comes first in `lockCampaign`'s
 *    order of locks.
 * 2. Lock the tenant's campaigns: this waits for transactions that place a call of them.
 * 3. Make leads due that waited for the old limits, and wake the campaigns.
 */
export async function setTenantLimits(tx: Transaction, tenantId: string, edits: LimitEdits): Promise<void> {
  const minutesUsed = edits.minutes === undefined ? undefined : 0;
  await storeTenantLimits(tx, { tenantId, edits, minutesUsed });
  const campaignIds = await lockCampaignsOf(tx, tenantId);
  await releaseBlocked(tx, { campaignIds, gates: CALL_LIMIT_GATES });
  await wakeForLimits(tx, tenantId);
}

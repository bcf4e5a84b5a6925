import { gatesReopenedBy } from '#rules/gate/gate.js';
import type { Sql } from '../../connection/sql.js';
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
  sql: Sql,
  { tenantId, usesRulePacks }: { tenantId: string; usesRulePacks: boolean },
): Promise<void> {
  await sql.run(SET, [tenantId, usesRulePacks]);
  const campaignIds = await lockCampaignsOf(sql, tenantId);
  await forgetHours(sql, campaignIds);
  await releaseBlocked(sql, { campaignIds, gates: gatesReopenedBy('tenant', { uses_rule_packs: usesRulePacks }) });
  await sql.run(WAKE, [tenantId]);
}

const SET = { name: 'set-rule-packs', text: `UPDATE tenants SET uses_rule_packs = $2 WHERE id = $1` };

const WAKE = {
  name: 'rule-packs-wake-campaigns',
  text: `UPDATE campaigns SET wake_at = now() WHERE tenant_id = $1 AND status = 'running'`,
};

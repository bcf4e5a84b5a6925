import { gatesReopenedBy } from '#rules/gate/gate.js';
import { columnsOf } from '../../entities/columns.js';
import { Tenant, TENANT_FIXED_COLUMNS, type TenantTerms } from '../../entities/tenant.entity.js';
import type { Sql } from '../../connection/sql.js';
import { releaseBlocked } from '../engine/claim/release-blocked.js';

/** What of a tenant can be changed; what is left out stays. `setRulePacks` changes whether rule packs are used. */
export type TenantEdits = Partial<Omit<TenantTerms, 'uses_rule_packs'>>;

const EDITABLE = columnsOf(Tenant, [...TENANT_FIXED_COLUMNS, 'uses_rule_packs']).join(', ');

/**
 * Changes a tenant. If that concerns who may be called, or for how many minutes, it waits for whoever places a call of
 * its campaigns: once this is committed, no call is committed on the old gap, cap or budget, and those who waited for
 * them are due. The tenant comes first, as in `lockCampaign`'s order of locks.
 */
export async function editTenant(
  sql: Sql,
  { tenantId, edits }: { tenantId: string; edits: TenantEdits },
): Promise<void> {
  await sql.run(EDIT, [tenantId, JSON.stringify(edits)]);
  const gates = gatesReopenedBy('tenant', edits);
  if (gates.length === 0 && edits.minutes_remaining === undefined) return;
  const campaignIds = await lockCampaignsOf(sql, tenantId);
  if (gates.length > 0) await releaseBlocked(sql, { campaignIds, gates });
}

/**
 * Holds every campaign of a tenant, so that no call is committed before the transaction has ended. @returns their ids.
 */
export async function lockCampaignsOf(sql: Sql, tenantId: string): Promise<string[]> {
  const campaigns = await sql.run<{ id: string }>(LOCK_CAMPAIGNS, [tenantId]);
  return campaigns.map(({ id }) => id);
}

const EDIT = {
  name: 'edit-tenant',
  text: `
    UPDATE tenants t SET (${EDITABLE}) = (SELECT ${EDITABLE} FROM jsonb_populate_record(t, $2::jsonb)) WHERE t.id = $1`,
};

const LOCK_CAMPAIGNS = {
  name: 'hold-campaigns-of-tenant',
  text: `SELECT id FROM campaigns WHERE tenant_id = $1 ORDER BY id FOR UPDATE`,
};

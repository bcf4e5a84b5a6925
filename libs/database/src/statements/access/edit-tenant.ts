import { gatesReopenedBy } from '#rules/gate/gate.js';
import type { Sql } from '../../connection/sql.js';
import { releaseBlocked } from '../engine/claim/release-blocked.js';

/** What of a tenant can be changed, as columns; what is left out stays. */
export type TenantEdits = Readonly<Record<string, unknown>>;

const EDITABLE = `business_name, default_country, minutes_remaining, min_gap_seconds, cap_attempts, cap_days,
  recordings_days, transcripts_days, disclosure, recording_notice`;

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
  if (gates.length === 0 && edits['minutes_remaining'] === undefined) return;
  const campaignIds = await holdCampaignsOf(sql, tenantId);
  if (gates.length > 0) await releaseBlocked(sql, { campaignIds, gates });
}

/**
 * Holds every campaign of a tenant, so that no call is committed before the transaction has ended. @returns their ids.
 */
export async function holdCampaignsOf(sql: Sql, tenantId: string): Promise<string[]> {
  const campaigns = await sql.run<{ id: string }>(HOLD, [tenantId]);
  return campaigns.map(({ id }) => id);
}

const EDIT = {
  name: 'edit-tenant',
  text: `
    UPDATE tenants t SET (${EDITABLE}) = (SELECT ${EDITABLE} FROM jsonb_populate_record(t, $2::jsonb)) WHERE t.id = $1`,
};

const HOLD = {
  name: 'hold-campaigns-of-tenant',
  text: `SELECT id FROM campaigns WHERE tenant_id = $1 ORDER BY id FOR UPDATE`,
};

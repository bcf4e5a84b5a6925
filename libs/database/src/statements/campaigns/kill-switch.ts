import type { Sql } from '../../connection/sql.js';

/** Scope of a kill switch: one tenant, or null for the whole installation. */
export type KillSwitchScope = string | null;

export interface KillSwitch {
  /** Null while the switch is not engaged. */
  readonly engaged_at: Date | null;
  readonly reason: string | null;
}

export async function readKillSwitch(sql: Sql, tenantId: KillSwitchScope): Promise<KillSwitch> {
  const [row] = tenantId === null ? await sql.run<KillSwitch>(READ_ALL) : await sql.run<KillSwitch>(READ, [tenantId]);
  return row ?? { engaged_at: null, reason: null };
}

const READ_ALL = {
  name: 'read-kill-switch-of-all',
  text: `SELECT dialing_halted_at AS engaged_at, dialing_halted_reason AS reason FROM installation`,
};

const READ = {
  name: 'read-kill-switch',
  text: `SELECT dialing_halted_at AS engaged_at, dialing_halted_reason AS reason FROM tenants WHERE id = $1`,
};

/** Kill switch to engage or to release. */
export interface KillSwitchOrder {
  readonly isEngaged: boolean;
  readonly reason: string | null;
}

/** Engages or releases the kill switch of a tenant. */
export async function setTenantKillSwitch(
  sql: Sql,
  { tenantId, isEngaged, reason }: KillSwitchOrder & { readonly tenantId: string },
): Promise<void> {
  await sql.run(SET, [isEngaged, reason, tenantId]);
}

/**
 * Engages or releases the kill switch of the installation. That of a restored database stays engaged.
 * @returns true if it is set.
 */
export async function setInstallationKillSwitch(sql: Sql, { isEngaged, reason }: KillSwitchOrder): Promise<boolean> {
  return (await sql.run(SET_ALL, [isEngaged, reason])).length > 0;
}

const SET_TEXT = `
  dialing_halted_at = CASE WHEN $1::boolean THEN coalesce(dialing_halted_at, now()) END,
  dialing_halted_reason = CASE WHEN $1::boolean THEN $2::varchar END`;
const SET_ALL = {
  name: 'set-kill-switch-of-all',
  text: `UPDATE installation SET ${SET_TEXT} WHERE $1::boolean OR restored_at IS NULL RETURNING is_only`,
};
const SET = { name: 'set-kill-switch', text: `UPDATE tenants SET ${SET_TEXT} WHERE id = $3` };

/**
 * Locks both kill switches above a campaign, so that neither is engaged meanwhile.
 * @returns true if one is engaged.
 */
export async function lockKillSwitches(sql: Sql, campaignId: string): Promise<{ isHalted: boolean }> {
  const [all] = await sql.run<{ halted: boolean }>(LOCK_ALL);
  const [tenant] = await sql.run<{ halted: boolean }>(LOCK_TENANT, [campaignId]);
  return { isHalted: all?.halted === true || tenant?.halted === true };
}

const LOCK_ALL = {
  name: 'lock-kill-switch-of-all',
  text: `SELECT dialing_halted_at IS NOT NULL AS halted FROM installation FOR SHARE`,
};

const LOCK_TENANT = {
  name: 'lock-kill-switch-of-tenant',
  text: `
    SELECT dialing_halted_at IS NOT NULL AS halted FROM tenants
      WHERE id = (SELECT tenant_id FROM campaigns WHERE id = $1)
    FOR SHARE`,
};

interface CampaignsIn {
  readonly tenantId: KillSwitchScope;
  readonly status: string;
  readonly reason: string | null;
  /** True: test campaigns are left out. */
  readonly isLive?: boolean;
}

/** Locks the campaigns in a status, of one tenant or of all, in the order of their ids. */
export async function lockCampaignsIn(sql: Sql, { tenantId, status, reason, isLive }: CampaignsIn): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(LOCK_CAMPAIGNS, [tenantId, status, reason, isLive ?? false]);
  return rows.map(({ id }) => id);
}

const LOCK_CAMPAIGNS = {
  name: 'lock-campaigns-in-status',
  text: `
    SELECT id FROM campaigns
    WHERE ($1::text IS NULL OR tenant_id = $1) AND status = $2 AND ($3::text IS NULL OR status_reason = $3)
      AND NOT ($4::boolean AND is_test)
    ORDER BY id FOR NO KEY UPDATE`,
};

export async function tenantExists(sql: Sql, tenantId: string): Promise<boolean> {
  const rows = await sql.run({ name: 'tenant-exists', text: 'SELECT FROM tenants WHERE id = $1' }, [tenantId]);
  return rows.length > 0;
}

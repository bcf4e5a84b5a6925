import { IsNull } from 'typeorm';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Installation } from '../../entities/installation.entity.js';
import { Tenant } from '../../entities/tenant.entity.js';

/** Scope of a kill switch: one tenant, or null for the whole installation. */
export type KillSwitchScope = string | null;

export interface KillSwitch {
  /** Null while the switch is not engaged. */
  readonly engaged_at: Date | null;
  readonly reason: string | null;
}

export async function readKillSwitch({ manager }: Transaction, tenantId: KillSwitchScope): Promise<KillSwitch> {
  const select = { dialing_halted_at: true, dialing_halted_reason: true } as const;
  const row =
    tenantId === null
      ? await manager.findOne(Installation, { select: { is_only: true, ...select }, where: THE_INSTALLATION })
      : await manager.findOne(Tenant, { select: { id: true, ...select }, where: { id: tenantId } });
  return { engaged_at: row?.dialing_halted_at ?? null, reason: row?.dialing_halted_reason ?? null };
}

const THE_INSTALLATION = { is_only: true };

/** Kill switch to engage or to release. */
export interface KillSwitchOrder {
  readonly isEngaged: boolean;
  readonly reason: string | null;
}

/** Engages or releases the kill switch of a tenant. */
export async function setTenantKillSwitch(
  { manager }: Transaction,
  { tenantId, ...order }: KillSwitchOrder & { readonly tenantId: string },
): Promise<void> {
  await manager.update(Tenant, { id: tenantId }, columnsOfOrder(order));
}

/**
 * Engages or releases the kill switch of the installation. That of a restored database stays engaged.
 * @returns true if it is set.
 */
export async function setInstallationKillSwitch({ manager }: Transaction, order: KillSwitchOrder): Promise<boolean> {
  const where = order.isEngaged ? THE_INSTALLATION : { ...THE_INSTALLATION, restored_at: IsNull() };
  const { affected } = await manager.update(Installation, where, columnsOfOrder(order));
  return affected !== 0;
}

/** Converts an order to columns. A switch that is engaged already keeps the time at which it was. */
function columnsOfOrder({ isEngaged, reason }: KillSwitchOrder) {
  if (!isEngaged) return { dialing_halted_at: null, dialing_halted_reason: null };
  return { dialing_halted_at: () => 'coalesce(dialing_halted_at, now())', dialing_halted_reason: reason };
}

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

export function tenantExists({ manager }: Transaction, tenantId: string): Promise<boolean> {
  return manager.existsBy(Tenant, { id: tenantId });
}

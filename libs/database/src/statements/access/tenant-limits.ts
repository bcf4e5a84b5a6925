import { OPERATOR_LIMIT_NAMES, type OperatorLimit } from '#rules/campaign/operator-limits.js';
import type { Sql } from '../../connection/sql.js';
import { NOW } from '../engine/eligibility/gates.js';
import { lockCampaignsOf } from './edit-tenant.js';
import { CALL_LIMIT_GATES, callsToday, limitOf } from '../engine/eligibility/operator-limits.js';
import { releaseBlocked } from '../engine/claim/release-blocked.js';

/** A tenant's limits, null for unlimited, and how much of each is used. */
export interface TenantLimits extends Readonly<Record<OperatorLimit, number | null>> {
  readonly tenant_id: string;
  readonly business_name: string;
  /** Limits that are the tenant's own; the others are those of the installation. */
  readonly own: readonly OperatorLimit[];
  readonly minutes_used: number;
  /** Set aside for calls on the line. */
  readonly minutes_reserved: number;
  /** Today, UTC; 0 while there is no limit of calls a day. */
  readonly calls_today: number;
}

/** @param tenantId null: of all tenants. */
export function tenantLimits(sql: Sql, tenantId: string | null): Promise<TenantLimits[]> {
  return sql.run<TenantLimits>(LIMITS, [tenantId]);
}

const LIMITS = {
  name: 'tenant-limits',
  text: `
    SELECT t.id AS tenant_id, t.business_name, t.operator_minutes_used AS minutes_used, t.operator_minutes_reserved AS minutes_reserved,
      ${callsToday(NOW)} AS calls_today,
      ${OPERATOR_LIMIT_NAMES.map((name) => `(${limitOf(name)})::float8 AS ${name}`).join(', ')},
      array_remove(ARRAY[${OPERATOR_LIMIT_NAMES.map((name) => `CASE WHEN t.limit_${name} IS NOT NULL THEN '${name}' END`).join(', ')}], NULL) AS own
    FROM tenants t CROSS JOIN installation i WHERE $1::text IS NULL OR t.id = $1 ORDER BY t.created_at, t.id`,
};

/** Limits to set; one left out stays; null: as the installation says; `UNLIMITED` or a number from 0. */
export type LimitEdits = Readonly<Partial<Record<OperatorLimit, number | null>>>;

/**
 * Sets what the operator allows a tenant. Minutes that are set are counted anew from then on. Once this is committed,
 * no call is committed on the old limits, and campaigns that waited for them are looked at. Run in a transaction; the
 * tenant comes first, as in `lockCampaign`'s order.
 */
export async function setTenantLimits(sql: Sql, tenantId: string, edits: LimitEdits): Promise<void> {
  const columns = Object.fromEntries(Object.entries(edits).map(([name, value]) => [`limit_${name}`, value]));
  await sql.run(SET, [tenantId, JSON.stringify(columns), edits.minutes !== undefined]);
  const campaignIds = await lockCampaignsOf(sql, tenantId);
  await releaseBlocked(sql, { campaignIds, gates: CALL_LIMIT_GATES });
  await sql.run(WAKE, [tenantId]);
}

const COLUMNS = OPERATOR_LIMIT_NAMES.map((name) => `limit_${name}`).join(', ');

const SET = {
  name: 'set-tenant-limits',
  text: `
    UPDATE tenants t SET (${COLUMNS}) = (SELECT ${COLUMNS} FROM jsonb_populate_record(t, $2::jsonb)),
      operator_minutes_used = CASE WHEN $3::boolean THEN 0 ELSE t.operator_minutes_used END
    WHERE t.id = $1`,
};

const WAKE = {
  name: 'limits-wake-campaigns',
  text: `UPDATE campaigns SET wake_at = now() WHERE tenant_id = $1 AND status = 'running'`,
};

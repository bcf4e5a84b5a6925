import { OPERATOR_LIMIT_NAMES, type OperatorLimit } from '#rules/campaign/operator-limits.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Tenant } from '../../entities/tenant.entity.js';
import { NOW } from '../engine/eligibility/gates.js';
import { callsToday, limitOf } from '../engine/eligibility/operator-limits.js';

/** A tenant's limits, null for unlimited, and how much of each is used. */
export interface TenantLimits extends Readonly<Record<OperatorLimit, number | null>> {
  readonly tenant_id: string;
  readonly business_name: string;
  /** Limits that are the tenant's own; the others are those of the installation. */
  readonly own: readonly OperatorLimit[];
  readonly minutes_used: number;
  /** Minutes that are reserved for calls in progress. */
  readonly minutes_reserved: number;
  /** Today, UTC; 0 while there is no limit of calls a day. */
  readonly calls_today: number;
}

/** Lists the limits of a tenant, or of all tenants if `tenantId` is null. */
export function tenantLimits(sql: Sql, tenantId: string | null): Promise<TenantLimits[]> {
  return sql.run<TenantLimits>(LIMITS, [tenantId]);
}

const OWN = (name: OperatorLimit) => `CASE WHEN t.limit_${name} IS NOT NULL THEN '${name}' END`;

const LIMITS = {
  name: 'tenant-limits',
  text: `
    SELECT t.id AS tenant_id, t.business_name, t.operator_minutes_used AS minutes_used,
      t.operator_minutes_reserved AS minutes_reserved,
      ${callsToday(NOW)} AS calls_today,
      ${OPERATOR_LIMIT_NAMES.map((name) => `(${limitOf(name)})::float8 AS ${name}`).join(', ')},
      array_remove(ARRAY[${OPERATOR_LIMIT_NAMES.map(OWN).join(', ')}], NULL) AS own
    FROM tenants t CROSS JOIN installation i WHERE $1::text IS NULL OR t.id = $1 ORDER BY t.created_at, t.id`,
};

/** Limits to set, each `UNLIMITED` or a number from 0; null for that of the installation. One left out stays. */
export type LimitEdits = Readonly<Partial<Record<OperatorLimit, number | null>>>;

/**
 * Stores limits of a tenant.
 * @param minutesUsed the new count of used minutes; undefined: the count stays.
 */
export async function storeTenantLimits(
  { manager }: Transaction,
  { tenantId, edits, minutesUsed }: { tenantId: string; edits: LimitEdits; minutesUsed: number | undefined },
): Promise<void> {
  await manager.update(Tenant, { id: tenantId }, { ...toColumns(edits), operator_minutes_used: minutesUsed });
}

type LimitColumns = { [Limit in OperatorLimit as `limit_${Limit}`]: Tenant[`limit_${Limit}`] | undefined };

/** Converts limits to columns. PostgreSQL's bigint is a string here. */
function toColumns({ minutes, concurrent_calls, calls_per_day, open_imports, import_bytes }: LimitEdits): LimitColumns {
  return {
    limit_minutes: minutes,
    limit_concurrent_calls: concurrent_calls,
    limit_calls_per_day: calls_per_day,
    limit_open_imports: open_imports,
    limit_import_bytes: typeof import_bytes === 'number' ? String(import_bytes) : import_bytes,
  };
}

/** Wakes the running campaigns of a tenant whose limits were set. */
export async function wakeForLimits(sql: Sql, tenantId: string): Promise<void> {
  await sql.run(WAKE, [tenantId]);
}

const WAKE = {
  name: 'limits-wake-campaigns',
  text: `UPDATE campaigns SET wake_at = now() WHERE tenant_id = $1 AND status = 'running'`,
};

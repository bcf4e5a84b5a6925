import { columnsOf } from '../../entities/columns.js';
import { CALLER_ID_ENGINE_COLUMNS, CallerId, type CallerIdRow } from '../../entities/caller-id.entity.js';
import type { Sql } from '../../connection/sql.js';
import { callsOnDayOf } from '../engine/eligibility/caller-id-pool.js';
import { TIME_KEY, type ListPosition } from '../parts/filter.js';

const COLUMNS = [...columnsOf(CallerId, CALLER_ID_ENGINE_COLUMNS), `${callsOnDayOf('now()')} AS calls_today`].join(
  ', ',
);

export type ListedCallerId = CallerIdRow & { readonly position_key: string };

/** Lists caller ids in the order in which they were added. */
export function listCallerIds(
  sql: Sql,
  tenantId: string,
  { limit, after }: { limit: number; after: ListPosition | null },
): Promise<ListedCallerId[]> {
  return sql.run(LIST, [tenantId, limit, after?.key ?? null, after?.id ?? null]);
}

const LIST = {
  name: 'list-caller-ids',
  text: `
    SELECT ${COLUMNS}, ${TIME_KEY} AS position_key FROM caller_ids
    WHERE tenant_id = $1 AND ($4::uuid IS NULL OR (created_at, id) > ($3::timestamptz, $4::uuid))
    ORDER BY created_at, id LIMIT $2`,
};

interface OwnedCallerId {
  readonly tenantId: string;
  readonly callerId: string;
}

export async function findCallerId(sql: Sql, { tenantId, callerId }: OwnedCallerId): Promise<CallerIdRow | undefined> {
  const [row] = await sql.run<CallerIdRow>(FIND, [tenantId, callerId]);
  return row;
}

const FIND = { name: 'find-caller-id', text: `SELECT ${COLUMNS} FROM caller_ids WHERE tenant_id = $1 AND id = $2` };

/** Locks a tenant, so that no other request changes its pools of caller ids. */
export async function lockTenantForCallerIds(sql: Sql, tenantId: string): Promise<void> {
  await sql.run(LOCK_TENANT, [tenantId]);
}

const LOCK_TENANT = {
  name: 'lock-tenant-for-caller-ids',
  text: `SELECT id FROM tenants WHERE id = $1 FOR NO KEY UPDATE`,
};

/** Wakes campaigns that sleep until the next day: none of their leads is blocked for it. */
export async function wakeForCallerIds(sql: Sql, campaignIds: readonly string[]): Promise<void> {
  await sql.run(WAKE, [campaignIds]);
}

const WAKE = {
  name: 'wake-campaigns-for-caller-ids',
  text: `UPDATE campaigns SET wake_at = now() WHERE id = ANY($1::uuid[]) AND status = 'running'`,
};

import { columnsOf } from '../../entities/columns.js';
import { CALLER_ID_ENGINE_COLUMNS, CallerId, type CallerIdRow } from '../../entities/caller-id.entity.js';
import type { Sql } from '../../connection/sql.js';
import { callsOnDayOf } from '../engine/eligibility/caller-id-pool.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';

const COLUMNS = [...columnsOf(CallerId, CALLER_ID_ENGINE_COLUMNS), `${callsOnDayOf('now()')} AS calls_today`].join(
  ', ',
);

/** Lists caller ids in the order in which they were added. */
export function listCallerIds(sql: Sql, tenantId: string, page: PageWanted): Promise<(CallerIdRow & ListPosition)[]> {
  return sql.run(LIST, [tenantId, ...positionValues(page)]);
}

const LIST = {
  name: 'list-caller-ids',
  text: `
    SELECT ${COLUMNS}, ${TIME_KEY} AS key FROM caller_ids
    WHERE tenant_id = $1 AND ${pageBy('created_at', 'ASC')}`,
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

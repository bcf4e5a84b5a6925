import { MOST_CALLER_IDS } from '#rules/route/caller-id-choice.js';
import type { Sql } from '../../connection/sql.js';
import { callsOnDayOf } from '../engine/eligibility/caller-id-pool.js';
import { holdCampaignsOf } from '../access/edit-tenant.js';
import { TIME_KEY, type ListPosition } from '../parts/filter.js';
import { releaseBlocked } from '../engine/claim/release-blocked.js';

export interface CallerIdRow {
  readonly id: string;
  readonly phone_number: string;
  readonly telephony_account_id: string | null;
  readonly daily_cap: number | null;
  readonly is_active: boolean;
  readonly calls_today: number;
  readonly created_at: Date;
}

const COLUMNS = `id, phone_number, telephony_account_id, daily_cap, is_active,
  ${callsOnDayOf('now()')} AS calls_today, created_at`;

export type ListedCallerId = CallerIdRow & { readonly position_key: string };

/** In the order in which they were added. */
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

/** The caller id that a pool has already for a number; a null account is the operator's. */
export async function callerIdWith(
  sql: Sql,
  { tenantId, phoneNumber, accountId }: Pick<NewCallerId, 'tenantId' | 'phoneNumber' | 'accountId'>,
): Promise<string | undefined> {
  const [row] = await sql.run<{ id: string }>(WITH_NUMBER, [tenantId, phoneNumber, accountId]);
  return row?.id;
}

const WITH_NUMBER = {
  name: 'caller-id-with-number',
  text: `
    SELECT id FROM caller_ids
    WHERE tenant_id = $1 AND phone_number = $2 AND telephony_account_id IS NOT DISTINCT FROM $3::uuid`,
};

/**
 * Holds a tenant, so that nobody else changes its pools, and its campaigns, so that no number is drawn meanwhile, and
 * puts up whom they had none for: what follows in this transaction may change that.
 */
export async function holdPools(sql: Sql, tenantId: string): Promise<void> {
  await sql.run(HOLD_TENANT, [tenantId]);
  const campaignIds = await holdCampaignsOf(sql, tenantId);
  await releaseBlocked(sql, { campaignIds, gates: ['caller_ids_used'] });
  await sql.run(WAKE, [campaignIds]);
}

const HOLD_TENANT = {
  name: 'hold-tenant-for-caller-ids',
  text: `SELECT id FROM tenants WHERE id = $1 FOR NO KEY UPDATE`,
};

/** Campaigns that sleep until the day after have no lead that says so. */
const WAKE = {
  name: 'wake-campaigns-for-caller-ids',
  text: `UPDATE campaigns SET wake_at = now() WHERE id = ANY($1::uuid[]) AND status = 'running'`,
};

export interface NewCallerId {
  readonly tenantId: string;
  readonly phoneNumber: string;
  readonly accountId: string | null;
  readonly dailyCap: number | null;
}

/**
 * The pools are held by the caller (`holdPools`), so that no two add the last that there is room for. One that is there
 * already violates its key, also in a full pool. @returns undefined when the pool is full.
 */
export async function insertCallerId(sql: Sql, callerId: NewCallerId): Promise<CallerIdRow | undefined> {
  const { tenantId, phoneNumber, accountId, dailyCap } = callerId;
  const [row] = await sql.run<CallerIdRow>(INSERT, [tenantId, phoneNumber, accountId, dailyCap, MOST_CALLER_IDS]);
  return row;
}

const INSERT = {
  name: 'insert-caller-id',
  text: `
    INSERT INTO caller_ids (tenant_id, phone_number, telephony_account_id, daily_cap)
    SELECT $1::varchar, $2::varchar, $3::uuid, $4::integer
    WHERE (SELECT count(*) FROM caller_ids WHERE tenant_id = $1 AND telephony_account_id IS NOT DISTINCT FROM $3::uuid) < $5::integer
      OR EXISTS (SELECT FROM caller_ids WHERE tenant_id = $1 AND telephony_account_id IS NOT DISTINCT FROM $3::uuid AND phone_number = $2)
    RETURNING ${COLUMNS}`,
};

/** What of a caller id can be changed, as columns; what is left out stays. */
export type CallerIdEdits = Readonly<Record<string, unknown>>;

export async function editCallerId(
  sql: Sql,
  { tenantId, callerId }: OwnedCallerId,
  edits: CallerIdEdits,
): Promise<CallerIdRow | undefined> {
  const [row] = await sql.run<CallerIdRow>(EDIT, [tenantId, callerId, JSON.stringify(edits)]);
  return row;
}

const EDIT = {
  name: 'edit-caller-id',
  text: `
    UPDATE caller_ids n SET (daily_cap, is_active) = (SELECT daily_cap, is_active FROM jsonb_populate_record(n, $3::jsonb))
    WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};

export async function deleteCallerId(sql: Sql, { tenantId, callerId }: OwnedCallerId): Promise<boolean> {
  const rows = await sql.run(DELETE, [tenantId, callerId]);
  return rows.length > 0;
}

const DELETE = {
  name: 'delete-caller-id',
  text: `DELETE FROM caller_ids WHERE tenant_id = $1 AND id = $2 RETURNING id`,
};

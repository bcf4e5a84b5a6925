import { Raw } from 'typeorm';
import type { LeadStatus } from '#rules/lead/lead-status.js';
import { firstOfEachKey, numberKey } from '#rules/phone-number/number-key.js';
import { columnsOf } from '../../entities/columns.js';
import { DNC_HIDDEN_COLUMNS, DncEntry, type DncRow } from '../../entities/dnc-entry.entity.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { sqlList } from '../parts/sql-list.js';

/** Columns of a `DncRow`. */
export const DNC_COLUMNS = columnsOf(DncEntry, DNC_HIDDEN_COLUMNS).join(', ');

/** The do-not-call list of a tenant's live world, or that of its tests. */
export interface DncList {
  readonly tenantId: string;
  readonly isTest: boolean;
}

/** An entry to add. Its end is a text, ISO 8601. */
export type NewDncEntry = Readonly<Pick<DncRow, 'phone_number' | 'reason' | 'source'>> & {
  readonly expires_at: string | null;
};

/**
 * Locks every campaign of the tenant that has leads with these numbers, in the order of their ids. The caller has
 * locked the numbers before (`lockNumbers`).
 * @param campaignId another campaign that is locked with them, in the same order.
 */
export async function lockCampaignsWith(
  sql: Sql,
  tenantId: string,
  numbers: readonly string[],
  campaignId?: string,
): Promise<void> {
  await sql.run(LOCK_CAMPAIGNS, [tenantId, numbers.map(numberKey), campaignId ?? null]);
}

const LOCK_CAMPAIGNS = {
  name: 'dnc-lock-campaigns',
  text: `
    SELECT id FROM campaigns WHERE id IN (SELECT campaign_id FROM leads WHERE tenant_id = $1
      AND number_key = ANY($2::text[])
      UNION SELECT $3::uuid)
    ORDER BY id FOR NO KEY UPDATE`,
};

/**
 * Adds or replaces entries that a user or an opt-out has made. A later entry never weakens or limits an opt-out. Of
 * several entries for one number, in any writing, the first counts.
 */
export function putDncEntries(
  sql: Sql,
  { tenantId, isTest }: DncList,
  entries: readonly NewDncEntry[],
): Promise<(DncRow & { readonly is_new: boolean })[]> {
  const firsts = firstOfEachKey(entries, ({ phone_number }) => phone_number);
  const keyed = firsts.map((entry) => ({ ...entry, number_key: numberKey(entry.phone_number) }));
  return sql.run(PUT, [tenantId, JSON.stringify(keyed), isTest]);
}

const PUT = {
  name: 'put-dnc-entries',
  text: `
    INSERT INTO dnc_entries AS d (tenant_id, phone_number, number_key, reason, source, expires_at, is_test)
    SELECT $1, phone_number, number_key, reason, source, expires_at, $3 FROM jsonb_to_recordset($2::jsonb) AS n (
      phone_number text, number_key text, reason text, source text, expires_at timestamptz)
    ORDER BY number_key
    ON CONFLICT (tenant_id, number_key, is_test) DO UPDATE SET
      reason = coalesce(EXCLUDED.reason, d.reason),
      source = CASE WHEN d.source = 'opt_out' THEN d.source ELSE EXCLUDED.source END,
      created_at = CASE WHEN d.source <> 'opt_out' AND EXCLUDED.source = 'opt_out' THEN now() ELSE d.created_at END,
      import_id = NULL,
      expires_at = CASE WHEN d.source <> 'opt_out' THEN EXCLUDED.expires_at END
    RETURNING ${DNC_COLUMNS}, xmax = 0 AS is_new`,
};

const AS_LISTED = `WHEN d.expires_at IS NULL THEN 'suppressed' ELSE 'pending' END`;

/**
 * Suppresses or postpones the leads with these numbers as the list says, in all campaigns of its world. Removed leads
 * are changed too, in case they are added again.
 * @returns how many that are not removed.
 */
export async function suppressListed(
  sql: Sql,
  { tenantId, isTest }: DncList,
  numbers: readonly string[],
): Promise<number> {
  const [row] = await sql.run<{ n: number }>(SUPPRESS, [tenantId, numbers.map(numberKey), isTest]);
  return row?.n ?? 0;
}

const SUPPRESS = {
  name: 'suppress-listed',
  text: `
    WITH listed AS (
      UPDATE leads l SET
        status = CASE WHEN l.status = 'removed' THEN l.status ${AS_LISTED},
        removed_status = CASE WHEN l.status <> 'removed' THEN NULL ${AS_LISTED},
        block_code = 'dnc',
        next_attempt_at = CASE WHEN d.expires_at IS NULL THEN l.next_attempt_at
          WHEN l.block_code = 'dnc' THEN greatest(l.retry_at, d.expires_at)
          ELSE greatest(l.next_attempt_at, d.expires_at) END
      FROM unnest($2::text[]) AS n (number_key)
      CROSS JOIN LATERAL (SELECT d.expires_at FROM (
        SELECT * FROM dnc_entries WHERE tenant_id = $1 AND number_key = n.number_key OFFSET 0) d
        WHERE d.is_test = $3 AND (d.expires_at IS NULL OR d.expires_at > now()) LIMIT 1) d
      WHERE l.tenant_id = $1 AND l.number_key = n.number_key
        AND (SELECT k.is_test FROM campaigns k WHERE k.id = l.campaign_id) = $3
        AND (coalesce(l.removed_status, l.status) = 'pending'
          OR coalesce(l.removed_status, l.status) = 'suppressed' AND l.block_code = 'dnc')
      RETURNING l.status
    )
    SELECT count(*) FILTER (WHERE status <> 'removed')::int AS n FROM listed`,
};

/**
 * Removes entries of a do-not-call list, and releases the leads that they blocked.
 * @param importId removes only entries that this file alone has brought.
 * @returns how many of the numbers were listed, and how many leads wait to be called again.
 */
export async function removeDncEntries(
  sql: Sql,
  { tenantId, isTest, numbers, importId }: DncList & { numbers: readonly string[]; importId?: string },
): Promise<{ removed: number; released: number }> {
  const values = [tenantId, numbers.map(numberKey), importId ?? null, isTest];
  const [row] = await sql.run<{ removed: number; released: number }>(REMOVE, values);
  return row ?? { removed: 0, released: 0 };
}

/** Statuses of a lead whose number is on the list: for good, or until its entry ends. */
const LISTABLE = ['suppressed', 'pending'] as const satisfies readonly LeadStatus[];

const REMOVE = {
  name: 'remove-dnc-entries',
  text: `
    WITH removed AS (
      DELETE FROM dnc_entries WHERE tenant_id = $1 AND number_key = ANY($2::text[]) AND is_test = $4
        AND ($3::uuid IS NULL OR import_id = $3 AND source = 'import') RETURNING tenant_id, number_key, is_test
    ), released AS (
      UPDATE leads l SET
        status = CASE WHEN l.status = 'removed' THEN l.status ELSE 'pending' END,
        removed_status = CASE WHEN l.status = 'removed' THEN 'pending' END,
        block_code = NULL, next_attempt_at = greatest(now(), l.retry_at)
      FROM removed
      WHERE l.tenant_id = removed.tenant_id AND l.number_key = removed.number_key AND l.block_code = 'dnc'
        AND (SELECT k.is_test FROM campaigns k WHERE k.id = l.campaign_id) = removed.is_test
        AND coalesce(l.removed_status, l.status) IN (${sqlList(LISTABLE)}) AND l.outcome IS DISTINCT FROM 'opt_out'
      RETURNING l.status
    )
    SELECT (SELECT count(*)::int FROM removed) AS removed,
      (SELECT count(*)::int FROM released WHERE status <> 'removed') AS released`,
};

/**
 * True if the person has asked not to be called, and has not consented since. The caller has locked the number. An
 * opt-out in a test does not stand.
 */
export async function doesOptOutStand(sql: Sql, { tenantId, isTest }: DncList, phoneNumber: string): Promise<boolean> {
  if (isTest) return false;
  const [row] = await sql.run<{ stands: boolean }>(OPT_OUT_STANDS, [tenantId, numberKey(phoneNumber)]);
  return row?.stands ?? false;
}

const OPT_OUT_STANDS = {
  name: 'dnc-opt-out-stands',
  text: `
    SELECT NOT coalesce((
      SELECT c.kind = 'given' AND c.given_at > d.created_at AND coalesce(c.expires_at > now(), true) FROM consents c
      WHERE c.tenant_id = d.tenant_id AND c.number_key = d.number_key AND c.given_at <= now()
      ORDER BY c.given_at DESC, c.created_at DESC LIMIT 1), false) AS stands
    FROM dnc_entries d WHERE d.tenant_id = $1 AND d.number_key = $2 AND NOT d.is_test AND d.source = 'opt_out'`,
};

export async function findDncEntry(
  sql: Sql,
  { tenantId, isTest, phoneNumber }: DncList & { phoneNumber: string },
): Promise<DncRow | undefined> {
  const [row] = await sql.run<DncRow>(FIND, [tenantId, numberKey(phoneNumber), isTest]);
  return row;
}

/**
 * Statement that looks an entry up by its number alone. Without OFFSET 0, PostgreSQL may choose the index of the newest
 * entries while a list is new.
 */
const FIND = {
  name: 'find-dnc-entry',
  text: `
    SELECT ${DNC_COLUMNS}
    FROM (SELECT * FROM dnc_entries WHERE tenant_id = $1 AND number_key = $2 OFFSET 0) d
    WHERE is_test = $3 AND (expires_at IS NULL OR expires_at > now())`,
};

/** Lists entries, newest first, without those that have expired. */
export async function listDncEntries(
  { manager }: Transaction,
  { tenantId, isTest, limit, offset }: DncList & { limit: number; offset: number },
): Promise<{ items: DncRow[]; total: number }> {
  const where = { tenant_id: tenantId, is_test: isTest, expires_at: Raw(STANDS) };
  const order = { created_at: 'DESC', phone_number: 'ASC' } as const;
  const [entries, total] = await manager.findAndCount(DncEntry, { where, order, take: limit, skip: offset });
  return { items: entries.map(toRow), total };
}

/** Condition of an entry that has not expired, by the clock of the database. */
const STANDS = (expiresAt: string) => `(${expiresAt} IS NULL OR ${expiresAt} > now())`;

function toRow({ tenant_id: _tenant, number_key: _key, import_id: _import, ...row }: DncEntry): DncRow {
  return row;
}

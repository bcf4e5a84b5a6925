import type { Scope } from '#rules/access/scope.js';
import type { Sql } from '../../connection/sql.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: Scope[];
  readonly created_by: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
  /** Null: nobody made it who is known. */
  readonly is_creator_admin: boolean | null;
}

const COLUMNS = `id, name, hint, scopes, created_by, created_at, expires_at, last_used_at, revoked_at,
  (SELECT p.role = 'admin' AND p.deactivated_at IS NULL FROM user_profiles p
    WHERE p.id = created_by) AS is_creator_admin`;

export interface NewApiKey {
  readonly tenantId: string;
  readonly name: string;
  readonly secretHash: Buffer;
  readonly hint: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: string;
  readonly expiresAt: string | null;
}

export async function insertApiKey(sql: Sql, key: NewApiKey): Promise<ApiKeyRow> {
  const values = [key.tenantId, key.name, key.secretHash, key.hint, JSON.stringify(key.scopes), key.createdBy];
  const [row] = await sql.run<ApiKeyRow>(INSERT, [...values, key.expiresAt]);
  return row!;
}

const INSERT = {
  name: 'insert-api-key',
  text: `
    INSERT INTO api_keys (tenant_id, name, secret_hash, hint, scopes, created_by, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
};

/** Newest first. */
export function listApiKeys(sql: Sql, tenantId: string, page: PageWanted): Promise<(ApiKeyRow & ListPosition)[]> {
  return sql.run(LIST, [tenantId, ...positionValues(page)]);
}

const LIST = {
  name: 'list-api-keys',
  text: `
    SELECT ${COLUMNS}, ${TIME_KEY} AS key FROM api_keys
    WHERE tenant_id = $1 AND ${pageBy('created_at', 'DESC')}`,
};

/**
 * From its commit on no process accepts the key. @returns false for no such key; one that was revoked before stays as
 * it is.
 */
export async function revokeApiKey(sql: Sql, { tenantId, id }: { tenantId: string; id: string }): Promise<boolean> {
  const rows = await sql.run(REVOKE, [tenantId, id]);
  return rows.length > 0;
}

const REVOKE = {
  name: 'revoke-api-key',
  text: `
    UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE tenant_id = $1 AND id = $2 RETURNING id`,
};

export interface ApiKeyHolder {
  readonly id: string;
  readonly name: string;
  readonly tenant_id: string;
  readonly business_name: string;
  readonly scopes: Scope[];
  readonly minutes_remaining: number;
  readonly minutes_unlimited: boolean;
}

/** Whose key it is, if it can be used now; and notes that it was, to the minute. */
export async function useApiKey(sql: Sql, secretHash: Buffer): Promise<ApiKeyHolder | undefined> {
  const [holder] = await sql.run<ApiKeyHolder & { is_noted: boolean }>(FIND, [secretHash]);
  if (holder && !holder.is_noted) await sql.run(NOTE, [holder.id]);
  return holder;
}

const FIND = {
  name: 'find-api-key',
  text: `
    SELECT k.id, k.name, k.tenant_id, t.business_name, k.scopes, coalesce(t.minutes_remaining, 0) AS minutes_remaining,
      t.minutes_remaining IS NULL AS minutes_unlimited,
      coalesce(k.last_used_at > now() - interval '1 minute', false) AS is_noted
    FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
    WHERE k.secret_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`,
};

const NOTE = {
  name: 'note-use-of-api-key',
  text: `
    UPDATE api_keys SET last_used_at = now()
    WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
};

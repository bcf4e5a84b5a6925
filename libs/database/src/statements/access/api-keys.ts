import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { API_KEY_HIDDEN_COLUMNS, ApiKey, type ApiKeyRow, type NewApiKey } from '../../entities/api-key.entity.js';
import { columnsOf } from '../../entities/columns.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';
import { TENANT_OF_USER, type TenantOfUser } from './user-columns.js';

/** An API key with the standing of the admin who made it. */
export interface ListedApiKey extends ApiKeyRow {
  /** True while that user is an active admin. Null if no user is known to have made the key. */
  readonly is_creator_admin: boolean | null;
}

/** Stores a key that an active admin makes: the caller has locked their row with `keepAdmin`. */
export async function insertApiKey({ manager }: Transaction, key: NewApiKey): Promise<ListedApiKey> {
  const unused = { ...key, last_used_at: null, revoked_at: null };
  const { tenant_id: _tenant, secret_hash: _hash, ...stored } = await manager.save(manager.create(ApiKey, unused));
  return { ...stored, is_creator_admin: true };
}

/** Lists the keys of a tenant, newest first. */
export function listApiKeys(sql: Sql, tenantId: string, page: PageWanted): Promise<(ListedApiKey & ListPosition)[]> {
  return sql.run(LIST, [tenantId, ...positionValues(page)]);
}

const LIST = {
  name: 'list-api-keys',
  text: `
    SELECT ${columnsOf(ApiKey, API_KEY_HIDDEN_COLUMNS).join(', ')}, ${TIME_KEY} AS key,
      (SELECT p.role = 'admin' AND p.deactivated_at IS NULL FROM user_profiles p
        WHERE p.id = created_by) AS is_creator_admin
    FROM api_keys
    WHERE tenant_id = $1 AND ${pageBy('created_at', 'DESC')}`,
};

/**
 * Revokes a key. No process accepts it once this is committed; the time of an earlier revocation stays.
 * @returns false if the tenant has no such key.
 */
export async function revokeApiKey(
  { manager }: Transaction,
  { tenantId, id }: { tenantId: string; id: string },
): Promise<boolean> {
  const key = { id, tenant_id: tenantId };
  const { affected } = await manager.update(ApiKey, key, { revoked_at: () => 'coalesce(revoked_at, now())' });
  return affected === 1;
}

export interface ApiKeyHolder extends TenantOfUser, Readonly<Pick<ApiKey, 'id' | 'name' | 'scopes'>> {}

/** Holder of a key. `is_noted`: its use was noted within the last minute. */
export type FoundHolder = ApiKeyHolder & { readonly is_noted: boolean };

/** Finds the holder of a key that can be used now. Every request with a key asks this: one prepared statement. */
export async function findApiKey(sql: Sql, secretHash: Buffer): Promise<FoundHolder | undefined> {
  const [holder] = await sql.run<FoundHolder>(FIND, [secretHash]);
  return holder;
}

const FIND = {
  name: 'find-api-key',
  text: `
    SELECT k.id, k.name, k.scopes, ${TENANT_OF_USER},
      coalesce(k.last_used_at > now() - interval '1 minute', false) AS is_noted
    FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
    WHERE k.secret_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`,
};

/** Notes that a key is used now, to the minute. */
export async function noteUseOfApiKey(sql: Sql, id: string): Promise<void> {
  await sql.run(NOTE, [id]);
}

const NOTE = {
  name: 'note-use-of-api-key',
  text: `
    UPDATE api_keys SET last_used_at = now()
    WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
};

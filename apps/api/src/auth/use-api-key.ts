import type { Sql } from '#database/connection/sql.js';
import { findApiKey, noteUseOfApiKey, type ApiKeyHolder } from '#database/statements/access/api-keys.js';

/**
 * Finds the holder of a key that can be used now.
 *
 * 1. Find the key by the hash of its secret.
 * 2. Note the use, unless one was noted within the last minute.
 */
export async function useApiKey(sql: Sql, secretHash: Buffer): Promise<ApiKeyHolder | undefined> {
  const holder = await findApiKey(sql, secretHash);
  if (holder && !holder.is_noted) await noteUseOfApiKey(sql, holder.id);
  return holder;
}

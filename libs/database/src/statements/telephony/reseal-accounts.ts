import type { Sql } from '../../connection/sql.js';

/** An account with what its credentials are sealed in, and what names it to an operator. */
export interface SealedCredentials {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly credentials: string;
}

/** Of all tenants, by id, from behind `afterId` (null: from the beginning). */
export function nextSealedCredentials(
  sql: Sql,
  { afterId, limit }: { afterId: string | null; limit: number },
): Promise<SealedCredentials[]> {
  return sql.run<SealedCredentials>(NEXT, [afterId, limit]);
}

const NEXT = {
  name: 'next-sealed-credentials',
  text: `
    SELECT id, tenant_id, name, credentials FROM telephony_accounts
    WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
};

/**
 * Puts the same credentials, sealed anew, in the place of what was read. Whoever has changed or deleted them meanwhile
 * has held the row to do so: this waits, compares again, and leaves theirs alone.
 * @returns whether they were still those.
 */
export async function resealCredentials(
  sql: Sql,
  { id, credentials, resealed }: Pick<SealedCredentials, 'id' | 'credentials'> & { readonly resealed: string },
): Promise<boolean> {
  const rows = await sql.run(RESEAL, [id, credentials, resealed]);
  return rows.length > 0;
}

const RESEAL = {
  name: 'reseal-credentials',
  text: `UPDATE telephony_accounts SET credentials = $3 WHERE id = $1 AND credentials = $2 RETURNING id`,
};

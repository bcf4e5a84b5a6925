import type { Sql } from '../../connection/sql.js';

interface FormerAdmin {
  readonly tenantId: string;
  readonly userId: string;
}

/** Withdraws what a user has invited others with. @returns the ids of the invitations. */
export async function withdrawInvitationsOf(sql: Sql, { tenantId, userId }: FormerAdmin): Promise<string[]> {
  return (await sql.run<{ id: string }>(WITHDRAW, [tenantId, userId])).map(({ id }) => id);
}

const WITHDRAW = {
  name: 'withdraw-invitations-of-user',
  text: `
    DELETE FROM one_time_links
    WHERE tenant_id = $1 AND invited_by = $2 AND purpose = 'invitation' AND used_at IS NULL RETURNING id`,
};

/** Revokes the keys that a user has made and may still know. @returns their ids. */
export async function revokeApiKeysOf(sql: Sql, { tenantId, userId }: FormerAdmin): Promise<string[]> {
  return (await sql.run<{ id: string }>(REVOKE, [tenantId, userId])).map(({ id }) => id);
}

const REVOKE = {
  name: 'revoke-api-keys-of-user',
  text: `
    UPDATE api_keys SET revoked_at = now()
    WHERE tenant_id = $1 AND created_by = $2 AND revoked_at IS NULL RETURNING id`,
};

/** Makes the links worthless by which a user could set another password. */
export async function voidResetsOf(sql: Sql, userId: string): Promise<void> {
  await sql.run(VOID, [userId]);
}

const VOID = {
  name: 'void-resets-of-user',
  text: 'UPDATE one_time_links SET used_at = now() WHERE user_id = $1 AND used_at IS NULL',
};

/**
 * Whether a user is an admin of the tenant, who stays one until the transaction ends: whoever deactivates them waits,
 * and finds what was made.
 */
export async function keepAdmin(sql: Sql, { tenantId, userId }: FormerAdmin): Promise<boolean> {
  return (await sql.run(KEEP, [tenantId, userId])).length > 0;
}

const KEEP = {
  name: 'keep-admin',
  text: `
    SELECT 1 FROM user_profiles
    WHERE tenant_id = $1 AND id = $2 AND role = 'admin' AND deactivated_at IS NULL FOR SHARE`,
};

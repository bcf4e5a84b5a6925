import { IsNull } from 'typeorm';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { OneTimeLink } from '../../entities/one-time-link.entity.js';
import { UserProfile } from '../../entities/user-profile.entity.js';

interface FormerAdmin {
  readonly tenantId: string;
  readonly userId: string;
}

/** Withdraws the invitations that a user has sent and that are not used. @returns their ids. */
export async function withdrawInvitationsOf(sql: Sql, { tenantId, userId }: FormerAdmin): Promise<string[]> {
  return (await sql.run<{ id: string }>(WITHDRAW, [tenantId, userId])).map(({ id }) => id);
}

const WITHDRAW = {
  name: 'withdraw-invitations-of-user',
  text: `
    DELETE FROM one_time_links
    WHERE tenant_id = $1 AND invited_by = $2 AND purpose = 'invitation' AND used_at IS NULL RETURNING id`,
};

/** Revokes the API keys that a user has made, as they may know them. @returns their ids. */
export async function revokeApiKeysOf(sql: Sql, { tenantId, userId }: FormerAdmin): Promise<string[]> {
  return (await sql.run<{ id: string }>(REVOKE, [tenantId, userId])).map(({ id }) => id);
}

const REVOKE = {
  name: 'revoke-api-keys-of-user',
  text: `
    UPDATE api_keys SET revoked_at = now()
    WHERE tenant_id = $1 AND created_by = $2 AND revoked_at IS NULL RETURNING id`,
};

/** Makes a user's unused links worthless, by which they could set another password. */
export async function voidResetsOf({ manager }: Transaction, userId: string): Promise<void> {
  await manager.update(OneTimeLink, { user_id: userId, used_at: IsNull() }, { used_at: () => 'now()' });
}

/**
 * Locks the row of a tenant's active admin, so that no request deactivates or demotes them before the transaction ends.
 * A transaction that does so waits, and then finds the rows of this one.
 * @returns false if the user is no such admin.
 */
export async function keepAdmin({ manager }: Transaction, { tenantId, userId }: FormerAdmin): Promise<boolean> {
  const admin = await manager.findOne(UserProfile, {
    select: { id: true },
    where: { id: userId, tenant_id: tenantId, role: 'admin', deactivated_at: IsNull() },
    lock: { mode: 'pessimistic_read' },
  });
  return admin !== null;
}

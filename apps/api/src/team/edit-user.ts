import type { Transaction } from '#database/connection/transaction.js';
import type { TeamUserRow } from '#database/entities/user-profile.entity.js';
import { lockAdmins, updateUser, type UserEdits } from '#database/statements/access/team.js';
import { DomainError } from '#rules/errors/domain-error.js';

/**
 * Changes a user of a tenant.
 *
 * 1. Lock the tenant's active admins, so that each of two concurrent edits sees what the other has done.
 * 2. Refuse to demote or deactivate the only one.
 * 3. Change the user.
 * @throws DomainError if the tenant has no such user, or if no admin would remain.
 */
export async function editUser(
  tx: Transaction,
  { tenantId, userId, edits }: { tenantId: string; userId: string; edits: UserEdits },
): Promise<TeamUserRow> {
  const admins = await lockAdmins(tx, tenantId);
  const isDemoted = edits.is_active === false || (edits.role !== undefined && edits.role !== 'admin');
  if (isDemoted && admins.length === 1 && admins[0]?.id === userId) throw new DomainError('last_admin');
  const user = await updateUser(tx, { tenantId, userId, edits });
  if (user === undefined) throw new DomainError('user_not_found');
  return user;
}

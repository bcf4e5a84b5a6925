import { IsNull } from 'typeorm';
import type { NormalEmail } from '#rules/lead/email.js';
import { hasValues } from '../../entities/edits.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { columnsOf } from '../../entities/columns.js';
import { UserProfile, type TeamUserRow, type USER_FIXED_COLUMNS } from '../../entities/user-profile.entity.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';

/** Lists the users of a tenant, oldest first. */
export function listTeam(sql: Sql, tenantId: string, page: PageWanted): Promise<(TeamUserRow & ListPosition)[]> {
  return sql.run(LIST, [tenantId, ...positionValues(page)]);
}

const LIST = {
  name: 'list-team',
  text: `
    SELECT ${columnsOf(UserProfile, ['tenant_id']).join(', ')}, ${TIME_KEY} AS key FROM user_profiles
    WHERE tenant_id = $1 AND ${pageBy('created_at', 'ASC')}`,
};

/** Columns of a user that their team changes; one that is undefined stays. */
export type UserEdits = Readonly<Partial<Omit<TeamUserRow, (typeof USER_FIXED_COLUMNS)[number]>>> & {
  /** Sets or clears `deactivated_at`. */
  readonly is_active?: boolean;
};

/** Locks the active admins of a tenant, so that each of two concurrent edits sees what the other has done. */
export function lockAdmins({ manager }: Transaction, tenantId: string): Promise<Pick<UserProfile, 'id'>[]> {
  return manager.find(UserProfile, {
    select: { id: true },
    where: { tenant_id: tenantId, role: 'admin', deactivated_at: IsNull() },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
}

/** Changes a user of a tenant. @returns undefined if the tenant has no such user. */
export async function updateUser(
  { manager }: Transaction,
  { tenantId, userId, edits }: { tenantId: string; userId: string; edits: UserEdits },
): Promise<TeamUserRow | undefined> {
  const user = { id: userId, tenant_id: tenantId };
  const columns = toColumns(edits);
  if (hasValues(columns)) await manager.update(UserProfile, user, columns);
  const stored = await manager.findOneBy(UserProfile, user);
  if (stored === null) return undefined;
  const { tenant_id: _tenant, ...row } = stored;
  return row;
}

/** Converts edits to columns. A user who is deactivated already keeps the time at which they were. */
function toColumns({ is_active: isActive, ...columns }: UserEdits) {
  if (isActive === undefined) return columns;
  return { ...columns, deactivated_at: isActive ? null : () => 'coalesce(deactivated_at, now())' };
}

/** Finds the user, of any tenant, who has this email, deactivated ones included. */
export function userOfEmail(
  { manager }: Transaction,
  email: NormalEmail,
): Promise<Pick<UserProfile, 'id' | 'tenant_id'> | null> {
  return manager.findOne(UserProfile, { select: { id: true, tenant_id: true }, where: { email } });
}

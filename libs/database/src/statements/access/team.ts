import type { NormalEmail } from '#rules/lead/email.js';
import type { Role } from '#rules/access/role.js';
import type { Sql } from '../../connection/sql.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';

export interface TeamUserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  readonly created_at: Date;
  readonly deactivated_at: Date | null;
}

const COLUMNS = 'id, email, name, role, created_at, deactivated_at';

/** Oldest first. */
export function listTeam(sql: Sql, tenantId: string, page: PageWanted): Promise<(TeamUserRow & ListPosition)[]> {
  return sql.run(LIST, [tenantId, ...positionValues(page)]);
}

const LIST = {
  name: 'list-team',
  text: `
    SELECT ${COLUMNS}, ${TIME_KEY} AS key FROM user_profiles
    WHERE tenant_id = $1 AND ${pageBy('created_at', 'ASC')}`,
};

export interface UserEdits {
  readonly role?: Role;
  readonly name?: string | null;
  readonly is_active?: boolean;
}

/**
 * Changes a user of a tenant. It holds the tenant's admins, so that of two edits at once each sees what the other has
 * done.
 * @returns undefined for no such user, 'last_admin' where nobody would remain who is one; then nothing is changed.
 */
export async function editUser(
  sql: Sql,
  { tenantId, userId, edits }: { tenantId: string; userId: string; edits: UserEdits },
): Promise<TeamUserRow | 'last_admin' | undefined> {
  const admins = await sql.run<{ id: string }>(HOLD_ADMINS, [tenantId]);
  const isDemoted = edits.is_active === false || (edits.role !== undefined && edits.role !== 'admin');
  if (isDemoted && admins.length === 1 && admins[0]?.id === userId) return 'last_admin';
  const { role = null, is_active: isActive = null } = edits;
  const [user] = await sql.run<TeamUserRow>(EDIT, [
    tenantId,
    userId,
    role,
    edits.name !== undefined,
    edits.name ?? null,
    isActive,
  ]);
  return user;
}

const HOLD_ADMINS = {
  name: 'hold-admins',
  text: `
    SELECT id FROM user_profiles WHERE tenant_id = $1 AND role = 'admin' AND deactivated_at IS NULL ORDER BY id FOR UPDATE`,
};

const EDIT = {
  name: 'edit-user',
  text: `
    UPDATE user_profiles SET
      role = coalesce($3, role),
      name = CASE WHEN $4::boolean THEN $5 ELSE name END,
      deactivated_at = CASE $6::boolean WHEN true THEN NULL WHEN false THEN coalesce(deactivated_at, now()) ELSE deactivated_at END
    WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};

/** @throws a violation of `user_profiles_email_key` when somebody has this email. */
export async function insertUser(
  sql: Sql,
  user: { tenant_id: string; email: NormalEmail; name: string | null; role: Role; password_hash: string },
): Promise<string> {
  const values = [user.tenant_id, user.email, user.name, user.role, user.password_hash];
  const [row] = await sql.run<{ user_id: string }>(INSERT, values);
  return row!.user_id;
}

const INSERT = {
  name: 'insert-user',
  text: `
    WITH profile AS (
      INSERT INTO user_profiles (tenant_id, email, name, role) VALUES ($1, $2, $3, $4) RETURNING id
    )
    INSERT INTO user_credentials (user_id, password_hash) SELECT id, $5 FROM profile RETURNING user_id`,
};

/** The user, of whatever tenant, to whom an email belongs. */
export async function userOfEmail(
  sql: Sql,
  email: NormalEmail,
): Promise<{ readonly id: string; readonly tenant_id: string } | undefined> {
  const [user] = await sql.run<{ id: string; tenant_id: string }>(FIND_EMAIL, [email]);
  return user;
}

const FIND_EMAIL = { name: 'find-email', text: 'SELECT id, tenant_id FROM user_profiles WHERE email = $1' };

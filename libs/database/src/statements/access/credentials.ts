import type { NormalEmail } from '#rules/lead/email.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { UserCredential } from '../../entities/user-credential.entity.js';
import { UserProfile, type NewUserProfile } from '../../entities/user-profile.entity.js';
import { insertTenant } from './insert-tenant.js';

/** A user who logs in with a password. */
export interface NewUser extends NewUserProfile {
  readonly password_hash: string;
}

/** A tenant and its first user, an admin. */
export interface NewTenant extends Omit<NewUser, 'tenant_id' | 'role'> {
  readonly business_name: string;
}

/**
 * Stores a tenant, its first user and their password.
 * @returns the user's id.
 * @throws a violation of `user_profiles_email_key` if a user has this email.
 */
export async function insertTenantWithAdmin(tx: Transaction, tenant: NewTenant): Promise<string> {
  const { business_name, ...admin } = tenant;
  return insertUser(tx, { ...admin, tenant_id: await insertTenant(tx, business_name), role: 'admin' });
}

/**
 * Stores a user and their password.
 * @returns the user's id.
 * @throws a violation of `user_profiles_email_key` if a user has this email.
 */
export async function insertUser({ manager }: Transaction, { password_hash, ...profile }: NewUser): Promise<string> {
  const { id } = await manager.save(manager.create(UserProfile, profile));
  await manager.insert(UserCredential, { user_id: id, password_hash });
  return id;
}

/**
 * Finds the password of the active user who has this email. One statement does all of it, so that logins with unknown
 * and known emails take equally long.
 */
export async function findCredential(
  sql: Sql,
  email: NormalEmail,
): Promise<Pick<UserCredential, 'user_id' | 'password_hash'> | undefined> {
  const [row] = await sql.run<Pick<UserCredential, 'user_id' | 'password_hash'>>(FIND_CREDENTIAL, [email]);
  return row;
}

const FIND_CREDENTIAL = {
  name: 'find-credential',
  text: `
    SELECT c.user_id, c.password_hash FROM user_profiles u JOIN user_credentials c ON c.user_id = u.id
    WHERE u.email = $1 AND u.deactivated_at IS NULL`,
};

export async function findPasswordHash({ manager }: Transaction, userId: string): Promise<string | undefined> {
  const credential = await manager.findOneBy(UserCredential, { user_id: userId });
  return credential?.password_hash;
}

export async function setPassword({ manager }: Transaction, userId: string, passwordHash: string): Promise<void> {
  const password = { password_hash: passwordHash, updated_at: () => 'now()' };
  await manager.update(UserCredential, { user_id: userId }, password);
}

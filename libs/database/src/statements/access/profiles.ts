import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Tenant } from '../../entities/tenant.entity.js';
import { UserProfile, type NewUserProfile } from '../../entities/user-profile.entity.js';
import { insertTenant } from './insert-tenant.js';
import { USER_COLUMNS, type UserRow } from './user-columns.js';

export interface ProfileRow extends UserRow {
  readonly is_deactivated: boolean;
}

/** Finds a user by their id alone, for the tokens of Supabase. Every request asks this: one prepared statement. */
export async function findProfile(sql: Sql, userId: string): Promise<ProfileRow | undefined> {
  const [profile] = await sql.run<ProfileRow>(FIND, [userId]);
  return profile;
}

const FIND = {
  name: 'find-profile',
  text: `
    SELECT ${USER_COLUMNS}, u.deactivated_at IS NOT NULL AS is_deactivated
    FROM user_profiles u JOIN tenants t ON t.id = u.tenant_id WHERE u.id = $1`,
};

/** Locks the id of a user until the transaction ends, so that no other transaction makes a profile for it. */
export async function lockProfile(sql: Sql, userId: string): Promise<void> {
  await sql.run(LOCK, [userId]);
}

const LOCK = { name: 'lock-profile', text: `SELECT pg_advisory_xact_lock(hashtextextended('profile:' || $1, 0))` };

export interface NewProfile extends Omit<NewUserProfile, 'tenant_id'> {
  readonly id: string;
  /** Null for a new tenant, named `businessName`. */
  readonly tenantId: string | null;
  readonly businessName: string;
}

/**
 * Stores a user whose id another system has given.
 * @returns the user's tenant, undefined if there is none of that id.
 * @throws a violation of `user_profiles_email_key` if a user has this email.
 */
export async function insertProfile(tx: Transaction, profile: NewProfile): Promise<string | undefined> {
  const { tenantId, businessName, ...user } = profile;
  if (tenantId !== null && !(await tx.manager.existsBy(Tenant, { id: tenantId }))) return undefined;
  const tenant_id = tenantId ?? (await insertTenant(tx, businessName));
  await tx.manager.insert(UserProfile, { ...user, tenant_id });
  return tenant_id;
}

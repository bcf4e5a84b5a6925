import type { Transaction } from '#database/connection/transaction.js';
import { Tenant } from '#database/entities/tenant.entity.js';
import { UserProfile, type NewUserProfile } from '#database/entities/user-profile.entity.js';
import { insertTenant } from '#database/statements/access/insert-tenant.js';

/**
 * Stores a user whose id Supabase has given.
 *
 * 1. Check that the named tenant exists, or insert a new one.
 * 2. Insert the user in it.
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

export interface NewProfile extends Omit<NewUserProfile, 'tenant_id'> {
  readonly id: string;
  /** Null for a new tenant, named `businessName`. */
  readonly tenantId: string | null;
  readonly businessName: string;
}

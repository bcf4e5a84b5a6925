import type { NormalEmail } from '#rules/lead/email.js';
import type { Role } from '#rules/access/role.js';
import type { Sql } from '../../connection/sql.js';

export interface ProfileRow {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly business_name: string;
  readonly tenant_id: string;
  readonly role: Role;
  readonly minutes_remaining: number;
  readonly minutes_unlimited: boolean;
  readonly is_deactivated: boolean;
}

/** A user by their id alone, for tokens that somebody else gives out. */
export async function findProfile(sql: Sql, userId: string): Promise<ProfileRow | undefined> {
  const [profile] = await sql.run<ProfileRow>(FIND, [userId]);
  return profile;
}

const FIND = {
  name: 'find-profile',
  text: `
    SELECT u.id, u.email, u.name, t.business_name, u.tenant_id, u.role, coalesce(t.minutes_remaining, 0) AS minutes_remaining,
      t.minutes_remaining IS NULL AS minutes_unlimited,
      u.deactivated_at IS NOT NULL AS is_deactivated
    FROM user_profiles u JOIN tenants t ON t.id = u.tenant_id WHERE u.id = $1`,
};

/** Until the transaction ends nobody else makes a profile for this id. */
export async function lockProfile(sql: Sql, userId: string): Promise<void> {
  await sql.run(LOCK, [userId]);
}

const LOCK = { name: 'lock-profile', text: `SELECT pg_advisory_xact_lock(hashtextextended('profile:' || $1, 0))` };

export interface NewProfile {
  readonly id: string;
  readonly email: NormalEmail;
  readonly name: string | null;
  readonly role: Role;
  /** Null: a new tenant, named `businessName`. */
  readonly tenantId: string | null;
  readonly businessName: string;
}

/**
 * @returns the tenant, undefined when there is none of that id.
 * @throws a violation of `user_profiles_email_key` when somebody has this email.
 */
export async function insertProfile(sql: Sql, profile: NewProfile): Promise<string | undefined> {
  const { id, email, name, role, tenantId, businessName } = profile;
  const values = [id, email, name, role];
  const [row] =
    tenantId === null
      ? await sql.run<{ tenant_id: string }>(INSERT_WITH_TENANT, [...values, businessName])
      : await sql.run<{ tenant_id: string }>(INSERT, [...values, tenantId]);
  return row?.tenant_id;
}

const INSERT_WITH_TENANT = {
  name: 'insert-profile-with-tenant',
  text: `
    WITH tenant AS (
      INSERT INTO tenants (business_name) VALUES ($5) RETURNING id
    )
    INSERT INTO user_profiles (id, tenant_id, email, name, role) SELECT $1, id, $2, $3, $4 FROM tenant RETURNING tenant_id`,
};

const INSERT = {
  name: 'insert-profile',
  text: `
    INSERT INTO user_profiles (id, tenant_id, email, name, role) SELECT $1, id, $2, $3, $4 FROM tenants WHERE id = $5 RETURNING tenant_id`,
};

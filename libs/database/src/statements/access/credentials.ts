import type { NormalEmail } from '#rules/lead/email.js';
import type { Sql } from '../../connection/sql.js';

export interface NewTenant {
  readonly business_name: string;
  readonly email: NormalEmail;
  readonly name: string | null;
  readonly password_hash: string;
}

/**
 * A tenant, its first user and their password, in one statement.
 * @returns the user's id.
 * @throws a violation of `user_profiles_email_key` when somebody has this email.
 */
export async function insertTenantWithAdmin(sql: Sql, tenant: NewTenant): Promise<string> {
  const { business_name, email, name, password_hash } = tenant;
  const [row] = await sql.run<{ user_id: string }>(INSERT_TENANT, [business_name, email, name, password_hash]);
  return row!.user_id;
}

const INSERT_TENANT = {
  name: 'insert-tenant-with-admin',
  text: `
    WITH tenant AS (
      INSERT INTO tenants (business_name) VALUES ($1) RETURNING id
    ), profile AS (
      INSERT INTO user_profiles (tenant_id, email, name, role) SELECT id, $2, $3, 'admin' FROM tenant RETURNING id
    )
    INSERT INTO user_credentials (user_id, password_hash) SELECT id, $4 FROM profile RETURNING user_id`,
};

export async function findCredential(
  sql: Sql,
  email: NormalEmail,
): Promise<{ user_id: string; password_hash: string } | undefined> {
  const [row] = await sql.run<{ user_id: string; password_hash: string }>(FIND_CREDENTIAL, [email]);
  return row;
}

const FIND_CREDENTIAL = {
  name: 'find-credential',
  text: `
    SELECT c.user_id, c.password_hash FROM user_profiles u JOIN user_credentials c ON c.user_id = u.id
    WHERE u.email = $1 AND u.deactivated_at IS NULL`,
};

export async function findPasswordHash(sql: Sql, userId: string): Promise<string | undefined> {
  const [row] = await sql.run<{ password_hash: string }>(FIND_HASH, [userId]);
  return row?.password_hash;
}

const FIND_HASH = { name: 'find-password-hash', text: 'SELECT password_hash FROM user_credentials WHERE user_id = $1' };

export async function setPassword(sql: Sql, userId: string, passwordHash: string): Promise<void> {
  await sql.run(SET_PASSWORD, [userId, passwordHash]);
}

const SET_PASSWORD = {
  name: 'set-password',
  text: `UPDATE user_credentials SET password_hash = $2, updated_at = now() WHERE user_id = $1`,
};

import type { Sql } from '../../connection/sql.js';
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

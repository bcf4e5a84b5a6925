import type { Sql } from '../../connection/sql.js';
import { LONGEST_SESSION_DAYS } from './sessions.js';
import { USER_COLUMNS, type UserRow } from './user-columns.js';

export interface SessionUserRow extends UserRow {
  readonly session_id: string;
}

/** Finds the user of a session that has not ended. Every request asks this, so it is one prepared statement. */
export async function findSessionUser(
  sql: Sql,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<SessionUserRow | undefined> {
  const [user] = await sql.run<SessionUserRow>(FIND, [sessionId, userId]);
  return user;
}

const FIND = {
  name: 'find-session-user',
  text: `
    SELECT ${USER_COLUMNS}, s.id AS session_id
    FROM auth_sessions s JOIN user_profiles u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
    WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND u.deactivated_at IS NULL
      AND s.created_at > now() - interval '${LONGEST_SESSION_DAYS} days'`,
};

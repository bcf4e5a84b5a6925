import type { Role } from '#rules/access/role.js';
import type { Sql } from '../../connection/sql.js';
import { LONGEST_SESSION_DAYS } from './sessions.js';

export interface SessionUserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly business_name: string;
  readonly tenant_id: string;
  readonly role: Role;
  /** 0 when there is no limit. */
  readonly minutes_remaining: number;
  readonly minutes_unlimited: boolean;
  readonly session_id: string;
}

/** The user of a session that has not ended. */
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
    SELECT u.id, u.email, u.name, t.business_name, u.tenant_id, u.role,
      coalesce(t.minutes_remaining, 0) AS minutes_remaining, t.minutes_remaining IS NULL AS minutes_unlimited, s.id AS session_id
    FROM auth_sessions s JOIN user_profiles u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
    WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND u.deactivated_at IS NULL
      AND s.created_at > now() - interval '${LONGEST_SESSION_DAYS} days'`,
};

import type { Sql } from '../sql.js';

export async function insertSession(sql: Sql, userId: string): Promise<string> {
  const [row] = await sql.run<{ id: string }>(INSERT_SESSION, [userId]);
  return row!.id;
}

const INSERT_SESSION = { name: 'insert-session', text: 'INSERT INTO auth_sessions (user_id) VALUES ($1) RETURNING id' };

/** Ends a session: its access tokens and refresh tokens are refused from now on. */
export async function revokeSession(sql: Sql, sessionId: string): Promise<void> {
  await sql.run(REVOKE_SESSION, [sessionId]);
}

const REVOKE_SESSION = {
  name: 'revoke-session',
  text: 'UPDATE auth_sessions SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
};

export async function insertRefreshToken(
  sql: Sql,
  token: { tokenHash: Buffer; sessionId: string; days: number },
): Promise<void> {
  await sql.run(INSERT_TOKEN, [token.tokenHash, token.sessionId, token.days]);
}

const INSERT_TOKEN = {
  name: 'insert-refresh-token',
  text: `INSERT INTO refresh_tokens (token_hash, session_id, expires_at) VALUES ($1, $2, now() + $3 * interval '1 day')`,
};

export interface UsedRefreshToken {
  readonly session_id: string;
  readonly user_id: string;
  /** First use, in time, of a session that goes on. */
  readonly is_usable: boolean;
  readonly is_reused: boolean;
}

/** Marks a refresh token as used and tells whether this was its first use; of two at once, the row lock lets one be the first. */
export async function useRefreshToken(sql: Sql, tokenHash: Buffer): Promise<UsedRefreshToken | undefined> {
  const [row] = await sql.run<UsedRefreshToken>(USE_TOKEN, [tokenHash]);
  return row;
}

const USE_TOKEN = {
  name: 'use-refresh-token',
  text: `
    WITH token AS (
      SELECT r.token_hash, r.session_id, r.used_at, r.expires_at, s.user_id, s.revoked_at
      FROM refresh_tokens r JOIN auth_sessions s ON s.id = r.session_id WHERE r.token_hash = $1 FOR UPDATE OF r
    ), used AS (
      UPDATE refresh_tokens r SET used_at = coalesce(r.used_at, now()) FROM token WHERE r.token_hash = token.token_hash
    )
    SELECT session_id, user_id, used_at IS NOT NULL AS is_reused,
      used_at IS NULL AND expires_at > now() AND revoked_at IS NULL AS is_usable
    FROM token`,
};

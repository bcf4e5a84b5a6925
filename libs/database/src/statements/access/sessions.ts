import type { Sql } from '../../connection/sql.js';
import { pageBy, positionValues, timeKey, type ListPosition, type PageWanted } from '../parts/filter.js';

/** However often its tokens are renewed, a session ends: somebody has to log in again. */
export const LONGEST_SESSION_DAYS = 90;

export interface NewSession {
  readonly userId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export async function insertSession(sql: Sql, { userId, ip, userAgent }: NewSession): Promise<string> {
  const [row] = await sql.run<{ id: string }>(INSERT_SESSION, [userId, ip, userAgent]);
  return row!.id;
}

const INSERT_SESSION = {
  name: 'insert-session',
  text: 'INSERT INTO auth_sessions (user_id, ip, user_agent) VALUES ($1, $2, left($3, 255)) RETURNING id',
};

export interface SessionRow {
  readonly id: string;
  readonly created_at: Date;
  readonly last_used_at: Date;
  readonly ip: string | null;
  readonly user_agent: string | null;
}

/** Those that go on: neither ended nor without a refresh token that can still be used. Latest first. */
export function listSessions(sql: Sql, userId: string, page: PageWanted): Promise<(SessionRow & ListPosition)[]> {
  return sql.run(LIST_SESSIONS, [userId, ...positionValues(page)]);
}

const LIST_SESSIONS = {
  name: 'list-sessions',
  text: `
    SELECT s.id, s.created_at, s.last_used_at, s.ip, s.user_agent, ${timeKey('s.last_used_at')} AS key
      FROM auth_sessions s
    WHERE s.user_id = $1 AND s.revoked_at IS NULL
      AND EXISTS (SELECT FROM refresh_tokens r WHERE r.session_id = s.id AND r.used_at IS NULL AND r.expires_at > now())
      AND ${pageBy('last_used_at', 'DESC')}`,
};

/** Ends sessions of a user: one, or all but `except`. @returns how many went on until now. */
export async function revokeSessions(
  sql: Sql,
  { userId, only = null, except = null }: { userId: string; only?: string | null; except?: string | null },
): Promise<number> {
  return (await sql.run(REVOKE_SESSIONS, [userId, only, except])).length;
}

const REVOKE_SESSIONS = {
  name: 'revoke-sessions',
  text: `
    UPDATE auth_sessions SET revoked_at = now()
    WHERE user_id = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR id <> $3) RETURNING id`,
};

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
  await sql.run(TOUCH_SESSION, [token.sessionId]);
}

const TOUCH_SESSION = { name: 'touch-session', text: 'UPDATE auth_sessions SET last_used_at = now() WHERE id = $1' };

const INSERT_TOKEN = {
  name: 'insert-refresh-token',
  text: `
    INSERT INTO refresh_tokens (token_hash, session_id, expires_at)
    SELECT $1, id, least(now() + $3 * interval '1 day', created_at + interval '${LONGEST_SESSION_DAYS} days')
    FROM auth_sessions WHERE id = $2`,
};

export interface UsedRefreshToken {
  readonly session_id: string;
  readonly user_id: string;
  /** First use, in time, of a session that goes on. */
  readonly is_usable: boolean;
  readonly is_reused: boolean;
}

/**
 * Marks a refresh token as used and tells whether this was its first use; of two at once, the row lock lets one be the
 * first.
 */
export async function useRefreshToken(sql: Sql, tokenHash: Buffer): Promise<UsedRefreshToken | undefined> {
  const [row] = await sql.run<UsedRefreshToken>(USE_TOKEN, [tokenHash]);
  return row;
}

const USE_TOKEN = {
  name: 'use-refresh-token',
  text: `
    WITH token AS (
      SELECT r.token_hash, r.session_id, r.used_at, r.expires_at, s.user_id, s.revoked_at,
        s.created_at + interval '${LONGEST_SESSION_DAYS} days' AS ends_at
      FROM refresh_tokens r JOIN auth_sessions s ON s.id = r.session_id WHERE r.token_hash = $1 FOR UPDATE OF r
    ), used AS (
      UPDATE refresh_tokens r SET used_at = coalesce(r.used_at, now()) FROM token WHERE r.token_hash = token.token_hash
    )
    SELECT session_id, user_id, used_at IS NOT NULL AS is_reused,
      used_at IS NULL AND expires_at > now() AND ends_at > now() AND revoked_at IS NULL AS is_usable
    FROM token`,
};

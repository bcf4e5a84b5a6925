import { IsNull, Not } from 'typeorm';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { AuthSession, SESSION_HIDDEN_COLUMNS, type SessionRow } from '../../entities/auth-session.entity.js';
import { columnsOf } from '../../entities/columns.js';
import { pageBy, positionValues, timeKey, type ListPosition, type PageWanted } from '../parts/filter.js';

/** A session ends after this time, however often its tokens are renewed: the user has to log in again. */
export const LONGEST_SESSION_DAYS = 90;

const LONGEST_USER_AGENT = 255;

export interface NewSession {
  readonly userId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Stores a session. @returns its id. */
export async function insertSession({ manager }: Transaction, { userId, ip, userAgent }: NewSession): Promise<string> {
  const user_agent = userAgent && [...userAgent].slice(0, LONGEST_USER_AGENT).join('');
  const { id } = await manager.save(manager.create(AuthSession, { user_id: userId, ip, user_agent }));
  return id;
}

/** Lists the sessions of a user that have not ended and have a usable refresh token, latest first. */
export function listSessions(sql: Sql, userId: string, page: PageWanted): Promise<(SessionRow & ListPosition)[]> {
  return sql.run(LIST_SESSIONS, [userId, ...positionValues(page)]);
}

const LIST_SESSIONS = {
  name: 'list-sessions',
  text: `
    SELECT ${columnsOf(AuthSession, SESSION_HIDDEN_COLUMNS).join(', ')}, ${timeKey('s.last_used_at')} AS key
      FROM auth_sessions s
    WHERE s.user_id = $1 AND s.revoked_at IS NULL
      AND EXISTS (SELECT FROM refresh_tokens r WHERE r.session_id = s.id AND r.used_at IS NULL AND r.expires_at > now())
      AND ${pageBy('last_used_at', 'DESC')}`,
};

/** Ends one session of a user. @returns false if the user has no such session that has not ended. */
export async function revokeSessionOf(
  { manager }: Transaction,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<boolean> {
  const session = { id: sessionId, user_id: userId, revoked_at: IsNull() };
  const { affected } = await manager.update(AuthSession, session, REVOKED);
  return affected === 1;
}

/** Ends all sessions of a user, save `except`. @returns how many had not ended before. */
export async function revokeSessions(
  { manager }: Transaction,
  { userId, except = null }: { userId: string; except?: string | null },
): Promise<number> {
  const others = except === null ? {} : { id: Not(except) };
  const sessions = { ...others, user_id: userId, revoked_at: IsNull() };
  const { affected } = await manager.update(AuthSession, sessions, REVOKED);
  return affected ?? 0;
}

/** Ends a session: its access tokens and refresh tokens are rejected from now on. */
export async function revokeSession({ manager }: Transaction, sessionId: string): Promise<void> {
  await manager.update(AuthSession, { id: sessionId, revoked_at: IsNull() }, REVOKED);
}

const REVOKED = { revoked_at: () => 'now()' };

/**
 * Stores a refresh token. The token ends with its session at the latest, so one statement reads the session and stores
 * the token.
 */
export async function insertRefreshToken(
  tx: Transaction,
  token: { tokenHash: Buffer; sessionId: string; days: number },
): Promise<void> {
  await tx.run(INSERT_TOKEN, [token.tokenHash, token.sessionId, token.days]);
  await tx.manager.update(AuthSession, { id: token.sessionId }, { last_used_at: () => 'now()' });
}

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
  /** True for the first use of an unexpired token whose session has not ended. */
  readonly is_usable: boolean;
  readonly is_reused: boolean;
}

/**
 * Marks a refresh token as used, and tells if this was its first use. The row lock lets only one of two concurrent uses
 * be the first.
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

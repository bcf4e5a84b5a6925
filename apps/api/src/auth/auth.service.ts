import { Injectable } from '@nestjs/common';
import { digest } from '#config/secrets.js';
import { acrossTenants, currentActor } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import type { Transaction } from '#database/connection/transaction.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findCredential } from '#database/statements/access/credentials.js';
import {
  listSessions,
  revokeSession,
  revokeSessionOf,
  revokeSessions,
  useRefreshToken,
} from '#database/statements/access/sessions.js';
import { DomainError } from '#rules/errors/domain-error.js';
import type { CurrentUser, SessionUser } from '../http/current-user.js';
import { cursorPage, type CursorQuery } from '../fields/cursor-page.js';
import type { LoginBody, SessionsAnswer, TokensView } from './auth.dto.js';
import { logAttack } from '../limits/attack-log.js';
import { accountKey, Limits } from '../limits/limits.js';
import { isPassword, NOBODYS_HASH } from './passwords.js';
import { SessionTokens } from './session-tokens.js';

@Injectable()
export class AuthService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionTokens,
    private readonly limits: Limits,
  ) {}

  async login({ email, password }: LoginBody, userAgent: string | null): Promise<TokensView> {
    const ip = currentActor().ip ?? '';
    await this.limits.countLogin(email, ip);
    const credential = await acrossTenants(() => findCredential(this.database, email));
    const isRight = await isPassword(password, credential?.password_hash ?? (await NOBODYS_HASH));
    if (!credential || !isRight) {
      logAttack('login_failed', { account: accountKey(email) });
      throw new DomainError('wrong_credentials');
    }
    await this.limits.forgiveLogin(email, ip);
    return this.aboutUsers((tx) => this.sessions.open(tx, credential.user_id, { action: 'session.open', userAgent }));
  }

  /**
   * Exchanges a refresh token for new ones. The statement that finds the token uses it up. A second use ends the
   * session, as one of its two users must have stolen the token.
   */
  async refresh(refreshToken: string): Promise<TokensView> {
    const tokens = await this.aboutUsers(async (tx) => {
      const used = await useRefreshToken(tx, digest(refreshToken));
      if (used?.is_reused) {
        logAttack('refresh_token_reused', { account: used.user_id });
        await revokeSession(tx, used.session_id);
      }
      return used?.is_usable ? this.sessions.issue(tx, used) : null;
    });
    if (!tokens) throw new DomainError('refresh_token_invalid');
    return tokens;
  }

  async logout({ session_id, tenant_id, id }: SessionUser): Promise<void> {
    if (session_id === null) throw new DomainError('session_elsewhere');
    return this.aboutUsers(async (tx) => {
      await revokeSession(tx, session_id);
      await recordAct(tx, tenant_id, { action: 'session.close', subject: id });
    });
  }

  async listSessions({ id, session_id }: SessionUser, query: CursorQuery): Promise<SessionsAnswer> {
    const { rows, next_cursor } = await cursorPage('sessions', query, (page) =>
      acrossTenants(() => listSessions(this.database, id, page)),
    );
    return { sessions: rows.map((session) => ({ ...session, is_current: session.id === session_id })), next_cursor };
  }

  async revokeSession(user: CurrentUser, sessionId: string): Promise<void> {
    await this.aboutUsers(async (tx) => {
      if (!(await revokeSessionOf(tx, { userId: user.id, sessionId }))) throw new DomainError('session_not_found');
      await recordAct(tx, user.tenant_id, { action: 'session.revoke', subject: user.id, detail: { sessions: 1 } });
    });
  }

  /** Ends the user's other sessions. @returns how many were ended. */
  revokeOtherSessions({ id, tenant_id, session_id }: SessionUser): Promise<number> {
    return this.aboutUsers(async (tx) => {
      const sessions = await revokeSessions(tx, { userId: id, except: session_id });
      await recordAct(tx, tenant_id, { action: 'session.revoke', subject: id, detail: { sessions } });
      return sessions;
    });
  }

  /** Runs a transaction for all tenants, as the role of a tenant may not use sessions and passwords. */
  private aboutUsers<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return acrossTenants(() => this.database.transaction(work));
  }
}

import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { digest, newSecret } from '#config/secrets.js';
import { currentActor, identifyActor } from '#database/connection/actor.js';
import type { Transaction } from '#database/connection/transaction.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findSessionUser } from '#database/statements/access/find-session-user.js';
import { insertRefreshToken, insertSession } from '#database/statements/access/sessions.js';
import type { ActName } from '#rules/access/act.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { ACCESS_TOKEN_SECONDS } from './access-token.js';
import type { TokensView } from './auth.dto.js';
import { toUserView } from './user-view.js';

const REFRESH_TOKEN_DAYS = 30;

/** Opens sessions, and issues the tokens that belong to them. */
@Injectable()
export class SessionTokens {
  constructor(private readonly jwt: JwtService) {}

  /** Opens a session, and writes `action` to the audit log. A transaction does this last. */
  async open(
    tx: Transaction,
    userId: string,
    { action, userAgent }: { action: ActName; userAgent: string | null },
  ): Promise<TokensView> {
    const sessionId = await insertSession(tx, { userId, ip: currentActor().ip, userAgent });
    const tokens = await this.issue(tx, { user_id: userId, session_id: sessionId });
    identifyActor({ kind: 'user', id: userId, tenantId: tokens.user.tenant_id });
    await recordAct(tx, tokens.user.tenant_id, { action, subject: userId });
    return tokens;
  }

  async issue(tx: Transaction, { user_id, session_id }: { user_id: string; session_id: string }): Promise<TokensView> {
    const refreshToken = newSecret('rt_');
    await insertRefreshToken(tx, { tokenHash: digest(refreshToken), sessionId: session_id, days: REFRESH_TOKEN_DAYS });
    const user = await findSessionUser(tx, { userId: user_id, sessionId: session_id });
    if (!user) throw new DomainError('refresh_token_invalid');
    return {
      access_token: await this.jwt.signAsync({ sub: user_id, sid: session_id }),
      refresh_token: refreshToken,
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_SECONDS,
      user: toUserView(user),
    };
  }
}

import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { digest, newSecret } from '#config/secrets.js';
import { currentActor, identifyActor } from '#database/connection/actor.js';
import type { Sql } from '#database/connection/sql.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findSessionUser } from '#database/statements/access/find-session-user.js';
import { insertRefreshToken, insertSession } from '#database/statements/access/sessions.js';
import type { ActName } from '#rules/access/act.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { ACCESS_TOKEN_SECONDS } from './access-token.js';
import type { TokensView } from './auth.dto.js';
import { toUserView } from './user-view.js';

const REFRESH_TOKEN_DAYS = 30;

/** Sessions and the tokens that belong to them. */
@Injectable()
export class SessionTokens {
  constructor(private readonly jwt: JwtService) {}

  /** The last thing that a transaction does: it writes down `action`. */
  async open(
    sql: Sql,
    userId: string,
    { action, userAgent }: { action: ActName; userAgent: string | null },
  ): Promise<TokensView> {
    const sessionId = await insertSession(sql, { userId, ip: currentActor().ip, userAgent });
    const tokens = await this.issue(sql, { user_id: userId, session_id: sessionId });
    identifyActor({ kind: 'user', id: userId, tenantId: tokens.user.tenant_id });
    await recordAct(sql, tokens.user.tenant_id, { action, subject: userId });
    return tokens;
  }

  async issue(sql: Sql, { user_id, session_id }: { user_id: string; session_id: string }): Promise<TokensView> {
    const refreshToken = newSecret('rt_');
    await insertRefreshToken(sql, { tokenHash: digest(refreshToken), sessionId: session_id, days: REFRESH_TOKEN_DAYS });
    const user = await findSessionUser(sql, { userId: user_id, sessionId: session_id });
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

import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { createHash, randomBytes } from 'node:crypto';
import { acrossTenants, identifyActor } from '#database/actor.js';
import { Database } from '#database/database.js';
import { violatesUnique } from '#database/postgres-error.js';
import type { Sql } from '#database/sql.js';
import { recordAct } from '#database/statements/audit-log.js';
import { findCredential, insertTenantWithAdmin } from '#database/statements/credentials.js';
import { findSessionUser } from '#database/statements/find-session-user.js';
import { insertRefreshToken, insertSession, revokeSession, useRefreshToken } from '#database/statements/sessions.js';
import { Refusal } from '#rules/refusal.js';
import type { CurrentUser, SessionUser } from '../http/current-user.js';
import { ACCESS_TOKEN_SECONDS } from './access-token.js';
import type { LoginBody, RegisterBody, TokensView, UserView } from './auth.dto.js';
import { hashPassword, isPassword, NOBODYS_HASH } from './passwords.js';

const REFRESH_TOKEN_DAYS = 30;

@Injectable()
export class AuthService {
  constructor(
    private readonly database: Database,
    private readonly jwt: JwtService,
  ) {}

  async register(body: RegisterBody): Promise<TokensView> {
    const passwordHash = await hashPassword(body.password);
    try {
      return await this.database.transaction(async (sql) => {
        const userId = await insertTenantWithAdmin(sql, {
          ...body,
          name: body.name ?? null,
          password_hash: passwordHash,
        });
        return this.openSession(sql, userId, 'tenant.register');
      });
    } catch (error) {
      throw violatesUnique(error, 'user_profiles_email_key') ? new Refusal('email_taken') : error;
    }
  }

  async login({ email, password }: LoginBody): Promise<TokensView> {
    const credential = await findCredential(this.database, email);
    const isRight = await isPassword(password, credential?.password_hash ?? (await NOBODYS_HASH));
    if (!credential || !isRight) throw new Refusal('wrong_credentials');
    return this.database.transaction((sql) => this.openSession(sql, credential.user_id));
  }

  /** A refresh token is used up by the statement that finds it; a second use ends the session, whoever of the two was the thief. */
  async refresh(refreshToken: string): Promise<TokensView> {
    const tokens = await this.database.transaction(async (sql) => {
      const used = await useRefreshToken(sql, digest(refreshToken));
      if (used?.is_reused) await revokeSession(sql, used.session_id);
      return used?.is_usable ? this.issueTokens(sql, used) : null;
    });
    if (!tokens) throw new Refusal('refresh_token_invalid');
    return tokens;
  }

  async logout({ session_id, tenant_id, id }: SessionUser): Promise<void> {
    const close = async (sql: Sql): Promise<void> => {
      await revokeSession(sql, session_id);
      await recordAct(sql, tenant_id, { action: 'session.close', subject: id });
    };
    await acrossTenants(() => this.database.transaction(close));
  }

  private async openSession(
    sql: Sql,
    userId: string,
    action: 'session.open' | 'tenant.register' = 'session.open',
  ): Promise<TokensView> {
    const tokens = await this.issueTokens(sql, { user_id: userId, session_id: await insertSession(sql, userId) });
    identifyActor(userId, tokens.user.tenant_id);
    await recordAct(sql, tokens.user.tenant_id, { action, subject: userId });
    return tokens;
  }

  private async issueTokens(
    sql: Sql,
    { user_id, session_id }: { user_id: string; session_id: string },
  ): Promise<TokensView> {
    const refreshToken = `rt_${randomBytes(32).toString('base64url')}`;
    await insertRefreshToken(sql, { tokenHash: digest(refreshToken), sessionId: session_id, days: REFRESH_TOKEN_DAYS });
    const user = await findSessionUser(sql, { userId: user_id, sessionId: session_id });
    if (!user) throw new Refusal('refresh_token_invalid');
    return {
      access_token: await this.jwt.signAsync({ sub: user_id, sid: session_id }),
      refresh_token: refreshToken,
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_SECONDS,
      user: toUserView(user),
    };
  }
}

/** 32 random bytes need no slow hash: there is nothing to guess. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function toUserView({
  id,
  email,
  name,
  business_name,
  tenant_id,
  role,
  minutes_remaining,
  minutes_unlimited,
}: CurrentUser): UserView {
  return { id, email, name, business_name, tenant_id, role, minutes_remaining, minutes_unlimited };
}

import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { findSessionUser } from '#database/statements/access/find-session-user.js';
import type { SessionUser } from '../http/current-user.js';
import {
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_ISSUER,
  AUTH_KEY,
  PREVIOUS_AUTH_KEY,
  type AccessTokenClaims,
} from './access-token.js';
import { isUuid } from '#runtime/uuid.js';

/**
 * Verifies Outdial's own access tokens. The user is read with every request, so that a revoked session or a changed
 * role counts at once.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    @Inject(AUTH_KEY) key: KeyObject,
    @Inject(PREVIOUS_AUTH_KEY) previous: KeyObject | null,
    private readonly database: Database,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      algorithms: ['HS256'],
      issuer: ACCESS_TOKEN_ISSUER,
      audience: ACCESS_TOKEN_AUDIENCE,
      // A KeyObject, which the types do not know. A string would be tried as a public key first, which costs twenty
      // times as much.
      secretOrKeyProvider: (_request: unknown, token: unknown, done: (error: null, key: string) => void) =>
        done(null, (previous && isSignedBy(previous, token) ? previous : key) as unknown as string),
    } satisfies StrategyOptionsWithoutRequest);
  }

  /** Returns the user of a token; false makes the guard reject it. */
  async validate(claims: Partial<AccessTokenClaims>): Promise<SessionUser | false> {
    if (!isUuid(claims.sub) || !isUuid(claims.sid) || typeof claims.exp !== 'number') return false;
    const session = { userId: claims.sub, sessionId: claims.sid };
    return (await acrossTenants(() => findSessionUser(this.database, session))) ?? false;
  }
}

/** True if the token bears a signature by this key. Only picks the key; the token is verified afterwards. */
function isSignedBy(key: KeyObject, token: unknown): boolean {
  const end = String(token).lastIndexOf('.');
  const mac = createHmac('sha256', key).update(String(token).slice(0, end)).digest();
  const signature = Buffer.from(String(token).slice(end + 1), 'base64url');
  return signature.length === mac.length && timingSafeEqual(signature, mac);
}

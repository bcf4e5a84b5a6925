import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { identifyActor } from '#database/connection/actor.js';
import { DomainError } from '#rules/errors/domain-error.js';
import type { CurrentUser } from '../http/current-user.js';
import { logAttack } from '../limits/attack-log.js';
import { Limits } from '../limits/limits.js';
import { isPublic } from '../access/route-access.js';
import { requireBearer } from './bearer.js';

/** Requires a valid access token on every route that is not marked `@Public()`. Registered globally. */
@Injectable()
export class JwtGuard extends AuthGuard(['jwt', 'supabase']) {
  constructor(private readonly limits: Limits) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: CurrentUser }>();
    if (isPublic(context) || request.user) return true;
    requireBearer(request.headers.authorization);
    return super.canActivate(context);
  }

  /** Returns the user that the strategy found, or throws the reason for which there is none. */
  override handleRequest<User>(error: unknown, user: User | false, info: unknown, context: ExecutionContext): User {
    if (error) throw error;
    if (!user) {
      this.limits.noteBadToken(context.switchToHttp().getRequest<FastifyRequest>().ip);
      if (isForged(info)) logAttack('forged_token');
      throw new DomainError('token_invalid');
    }
    const { id, tenant_id } = user as unknown as CurrentUser;
    identifyActor({ kind: 'user', id, tenantId: tenant_id });
    return user;
  }
}

/**
 * True if a strategy says that a token is signed with another key. A token that is expired or missing is not forged.
 * @param info what each strategy says, one or a list.
 */
function isForged(info: unknown): boolean {
  return [info]
    .flat()
    .some((one) => one instanceof Error && /invalid signature|signature verification/i.test(one.message));
}

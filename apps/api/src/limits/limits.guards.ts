import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isMarked } from '../auth/access.js';
import type { CurrentUser } from '../http/current-user.js';
import { Limits, type Allowance } from './limits.js';

type Request = FastifyRequest & { user?: CurrentUser };

/**
 * Before anybody is asked who they are: open routes are counted by address, and addresses that only try tokens are
 * turned away.
 */
@Injectable()
export class AddressLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: Limits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (isMarked(this.reflector, 'unlimited', context)) return true;
    const { ip } = context.switchToHttp().getRequest<Request>();
    if (isMarked(this.reflector, 'public', context)) announce(context, await this.limits.countAddress(ip));
    else await this.limits.requireGoodManners(ip);
    return true;
  }
}

/** After it is known who asks: each user and each key has a limit of their own, wherever they come from. */
@Injectable()
export class CallerLimitGuard implements CanActivate {
  constructor(private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<Request>();
    if (user) announce(context, await this.limits.countCaller(user.id));
    return true;
  }
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
function announce(context: ExecutionContext, allowance: Allowance | null): void {
  if (!allowance) return;
  const { limit, remaining, resetSeconds } = allowance;
  void context
    .switchToHttp()
    .getResponse<FastifyReply>()
    .header('ratelimit-policy', `"default";q=${limit};w=60`)
    .header('ratelimit', `"default";r=${remaining};t=${resetSeconds}`);
}

import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isPublic, isUnlimited } from '../access/route-access.js';
import type { CurrentUser } from '../http/current-user.js';
import { Limits } from './limits.js';
import { rateLimitHeaders, type Allowance } from '../errors/too-many-requests.js';

type Request = FastifyRequest & { user?: CurrentUser };

/** Counts requests to open routes by address, over all processes, before authentication. */
@Injectable()
export class AddressLimitGuard implements CanActivate {
  constructor(private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!isPublic(context) || isUnlimited(context)) return true;
    const { ip } = context.switchToHttp().getRequest<Request>();
    announce(context, await this.limits.countAddress(ip));
    return true;
  }
}

/** Counts requests after authentication. Each user and each API key has a limit of its own, from all addresses. */
@Injectable()
export class CallerLimitGuard implements CanActivate {
  constructor(private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<Request>();
    if (user) announce(context, await this.limits.countCaller(user.id));
    return true;
  }
}

function announce(context: ExecutionContext, allowance: Allowance | null): void {
  if (allowance) void context.switchToHttp().getResponse<FastifyReply>().headers(rateLimitHeaders(allowance));
}

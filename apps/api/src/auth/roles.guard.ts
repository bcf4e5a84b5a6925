import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Refusal } from '#rules/refusal.js';
import { isApiKey, userOf, type ApiKeyUser } from '../http/current-user.js';
import { isMarked, isPublic, scopeSubjectOf } from './access.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Runs after the token or key is known to be good: admins may do everything, viewers only read, keys what their scopes
 * say.
 */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (isPublic(context)) return true;
    const user = userOf(context);
    if (isApiKey(user)) return this.requireScope(user, context);
    const { role } = user;
    if (role !== 'admin' && isMarked(this.reflector, 'admin_only', context)) throw new Refusal('admin_required');
    if (role === 'viewer' && !this.isOpenToViewers(context)) throw new Refusal('read_only');
    return true;
  }

  /** Rooms that no scope speaks of (users, keys, sessions) are closed to keys. */
  private requireScope({ scopes }: ApiKeyUser, context: ExecutionContext): boolean {
    const subject = scopeSubjectOf(this.reflector, context);
    const needed = `${subject}:${this.isReading(context) ? 'read' : 'write'}`;
    if (subject === undefined || !scopes.some((scope) => scope === needed)) throw new Refusal('scope_missing');
    return true;
  }

  private isOpenToViewers(context: ExecutionContext): boolean {
    return this.isReading(context) || isMarked(this.reflector, 'open_to_viewers', context);
  }

  private isReading(context: ExecutionContext): boolean {
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    return READING.has(method) || isMarked(this.reflector, 'reading', context);
  }
}

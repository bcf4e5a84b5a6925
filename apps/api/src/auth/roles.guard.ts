import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '#rules/errors/domain-error.js';
import { isApiKey, userOf, type ApiKeyUser } from '../http/current-user.js';
import { isMarked, isPublic, scopeSubjectOf } from '../access/route-access.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

const NO_SCOPE = 'This API key may not be used for this: no scope opens it, log in as a user for it';

function lacking(needed: string, scopes: readonly string[]): string {
  const has = scopes.length === 0 ? 'none' : scopes.join(', ');
  const remedy = 'an admin makes one with that scope (POST /api-keys)';
  return `This API key may not be used for this: it lacks ${needed} and has ${has}; ${remedy}`;
}

/**
 * Checks what a caller may do, once the token or key is known to be valid. Admins may do everything, viewers only read.
 * API keys may do what their scopes say.
 */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (isPublic(context)) return true;
    const user = userOf(context);
    if (isApiKey(user)) return this.requireScope(user, context);
    const { role } = user;
    if (role !== 'admin' && isMarked(this.reflector, 'admin_only', context))
      throw new DomainError('admin_required', { role, required_role: 'admin' });
    if (role === 'viewer' && !this.isOpenToViewers(context))
      throw new DomainError('read_only', { role, required_role: 'user' });
    return true;
  }

  /** Requires the scope of the route. Routes without a scope (users, keys, sessions) are closed to API keys. */
  private requireScope({ scopes }: ApiKeyUser, context: ExecutionContext): boolean {
    const subject = scopeSubjectOf(this.reflector, context);
    if (subject === undefined) throw new DomainError('scope_missing', { scopes, required_scope: null }, NO_SCOPE);
    const needed = `${subject}:${this.isReading(context) ? 'read' : 'write'}`;
    if (!scopes.some((scope) => scope === needed))
      throw new DomainError('scope_missing', { scopes, required_scope: needed }, lacking(needed, scopes));
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

import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Refusal } from '#rules/refusal.js';
import { userOf } from '../http/current-user.js';
import { isMarked } from './access.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Runs after the token is known to be good: admins may do everything, viewers only read. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (isMarked(this.reflector, 'public', context)) return true;
    const { role } = userOf(context);
    if (role !== 'admin' && isMarked(this.reflector, 'admin_only', context)) throw new Refusal('admin_required');
    if (role === 'viewer' && !this.isOpenToViewers(context)) throw new Refusal('read_only');
    return true;
  }

  private isOpenToViewers(context: ExecutionContext): boolean {
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    return READING.has(method) || isMarked(this.reflector, 'open_to_viewers', context);
  }
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Role } from '#rules/role.js';

/** Whoever makes the request, as the guard found them. */
export interface CurrentUser {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly business_name: string;
  readonly tenant_id: string;
  readonly role: Role;
  readonly minutes_remaining: number;
  readonly minutes_unlimited: boolean;
}

/** The user with the session that the token belongs to. */
export interface SessionUser extends CurrentUser {
  readonly session_id: string;
}

/** A handler's parameter: the user of the request. */
export const User = createParamDecorator((_: unknown, context: ExecutionContext): SessionUser => userOf(context));

export function userOf(context: ExecutionContext): SessionUser {
  return context.switchToHttp().getRequest<FastifyRequest & { user: SessionUser }>().user;
}

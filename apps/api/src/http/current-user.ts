import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { UserRow } from '#database/statements/access/user-columns.js';
import type { Scope } from '#rules/access/scope.js';

/** The user who makes the request, as the guard found them. */
export type CurrentUser = UserRow;

/** The user with the session that the token belongs to; null for a session that is not Outdial's. */
export interface SessionUser extends CurrentUser {
  readonly session_id: string | null;
}

/** A program, by an API key: its id and name are the key's. */
export interface ApiKeyUser extends CurrentUser {
  readonly scopes: readonly Scope[];
}

/** A handler's parameter: the user of the request. */
export const User = createParamDecorator((_: unknown, context: ExecutionContext): SessionUser => userOf(context));

export function isApiKey(user: CurrentUser): user is ApiKeyUser {
  return 'scopes' in user;
}

export function userOf(context: ExecutionContext): SessionUser {
  return context.switchToHttp().getRequest<FastifyRequest & { user: SessionUser }>().user;
}

/** A handler's parameter: what program the request says that it comes from. */
export const UserAgent = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | null =>
    context.switchToHttp().getRequest<FastifyRequest>().headers['user-agent'] ?? null,
);

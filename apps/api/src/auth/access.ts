import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

type Access = 'public' | 'admin_only' | 'open_to_viewers';
type Marker = () => MethodDecorator & ClassDecorator;

const mark =
  (access: Access): Marker =>
  () =>
    SetMetadata(access, true);

/** Opens a route to requests without a token; all others are closed by the global guard. */
export const Public = mark('public');

/** Closes a route to everybody but the tenant's admins. */
export const AdminOnly = mark('admin_only');

/** Lets viewers use a route that changes something, but only of their own. */
export const OpenToViewers = mark('open_to_viewers');

export function isMarked(reflector: Reflector, access: Access, context: ExecutionContext): boolean {
  return Boolean(reflector.getAllAndOverride<boolean | undefined>(access, [context.getHandler(), context.getClass()]));
}

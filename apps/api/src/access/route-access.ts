import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { ScopeSubject } from '#rules/access/scope.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Open to requests without a token. */
    readonly isPublic?: boolean;
    /** Leaves the route out of the count of an address's requests. */
    readonly isUnlimited?: boolean;
  }
}

type Access = 'admin_only' | 'open_to_viewers' | 'reading' | 'critical' | 'heavy';
type Marker = () => MethodDecorator & ClassDecorator;

const mark =
  (access: Access): Marker =>
  () =>
    SetMetadata(access, true);

/**
 * Opens a route to requests without a token. All other routes are closed, before their body is read and again by the
 * global guard. Hook and guard read this mark from the route's configuration.
 */
export function Public(): MethodDecorator {
  return RouteConfig({ isPublic: true });
}

/** Opens a route to probes without a limit. A supervisor whose probe is rejected would restart the process. */
export function Probe(): MethodDecorator {
  return RouteConfig({ isPublic: true, isUnlimited: true });
}

/** Returns true for a route that is open to requests without a token. */
export function isPublic(context: ExecutionContext): boolean {
  return routeConfigOf(context).isPublic === true;
}

export function isUnlimited(context: ExecutionContext): boolean {
  return routeConfigOf(context).isUnlimited === true;
}

function routeConfigOf(context: ExecutionContext): FastifyRequest['routeOptions']['config'] {
  return context.switchToHttp().getRequest<FastifyRequest>().routeOptions.config;
}

/**
 * Closes a route to users who are not admins. API keys have no role: a key may use the route if `OpenToKeys` opens it
 * and the key has the scope. A route for admins alone stands in a controller without `OpenToKeys`.
 */
export const AdminOnly = mark('admin_only');

/** Lets viewers use a route that changes something, but only of their own. */
export const OpenToViewers = mark('open_to_viewers');

/** Makes a POST that changes nothing count as reading, for viewers and for the scopes of API keys. */
export const Reading = mark('reading');

/** Gives a route a connection to the database before other requests, since it keeps people from being called. */
export const Critical = mark('critical');

/** Makes a list or an export wait for a connection after all other requests, and be rejected first. */
export const Heavy = mark('heavy');

const SCOPE_SUBJECT = 'scope_subject';

/**
 * Opens routes to API keys. A route that reads needs the scope `<subject>:read`, one that changes something
 * `<subject>:write`.
 */
export function OpenToKeys(subject: ScopeSubject): MethodDecorator & ClassDecorator {
  return SetMetadata(SCOPE_SUBJECT, subject);
}

export function scopeSubjectOf(reflector: Reflector, context: ExecutionContext): ScopeSubject | undefined {
  return reflector.getAllAndOverride<ScopeSubject | undefined>(SCOPE_SUBJECT, [
    context.getHandler(),
    context.getClass(),
  ]);
}

export function isMarked(reflector: Reflector, access: Access, context: ExecutionContext): boolean {
  return Boolean(reflector.getAllAndOverride<boolean | undefined>(access, [context.getHandler(), context.getClass()]));
}

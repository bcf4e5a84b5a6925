import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConnectionWork, WorkClass } from '#rules/access/connection-share.js';

export const ACTOR_KINDS = ['user', 'api_key', 'engine', 'operator'] as const;

/** The user, key or process on whose behalf work is done. */
export interface Actor {
  kind: (typeof ACTOR_KINDS)[number];
  /** Id of a user or a key; null until it is known. */
  id: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  /** The tenant whose rows alone are visible (docs/security.md); null until it is known. */
  tenantId: string | null;
  /** True for work that concerns all tenants, or none. Without it, no statement runs until the tenant is known. */
  readonly isAcrossTenants: boolean;
  /** Class of the request's work; undefined: normal. */
  workClass?: WorkClass;
  /** The tenant that caused work across tenants. The work uses that tenant's share of connections. */
  readonly causedBy?: string | null;
}

const ENGINE: Actor = {
  kind: 'engine',
  id: null,
  ip: null,
  requestId: null,
  tenantId: null,
  isAcrossTenants: true,
  workClass: 'critical',
};

const present = new AsyncLocalStorage<Actor>();

/** Thrown when a statement would run without a named tenant or `acrossTenants`: a defect of the calling code. */
export class UnnamedContextError extends Error {
  override readonly name = 'UnnamedContextError';
}

/**
 * Treatment of a statement without a context. The engine's processes run it for all tenants. The API rejects it: there
 * it would be a request that sees every tenant's rows.
 */
export type UnnamedContext = 'engine' | 'refused';

/**
 * Returns the tenant whose rows alone are visible, or null for work across tenants.
 * @throws UnnamedContextError if neither has been named.
 */
export function tenantInForce(unnamed: UnnamedContext): string | null {
  const actor = present.getStore() ?? (unnamed === 'engine' ? ENGINE : undefined);
  if (actor?.isAcrossTenants) return null;
  if (actor && actor.tenantId !== null) return actor.tenantId;
  throw new UnnamedContextError(
    'A statement was not run, since no tenant is known here: ' +
      'name the context with actAs, identifyActor or acrossTenants.',
  );
}

/** Runs `work`, and everything that follows from it, on behalf of `actor`. */
export function actAs<T>(actor: Actor, work: () => T): T {
  return present.run(actor, work);
}

/** Returns the present actor: the engine, unless another is named. */
export function currentActor(): Actor {
  return present.getStore() ?? ENGINE;
}

/** Names the actor and its tenant, once they are known. */
export function identifyActor(identity: Pick<Actor, 'kind' | 'id' | 'tenantId'>): void {
  const actor = present.getStore();
  if (actor) Object.assign(actor, identity);
}

/**
 * Runs `work` for all tenants, on behalf of the present actor. The engine uses it for every campaign, and the API for
 * what concerns users themselves.
 */
export function acrossTenants<T>(work: () => T): T {
  const actor = currentActor();
  const causedBy = actor.tenantId ?? actor.causedBy ?? null;
  return present.run({ ...actor, tenantId: null, isAcrossTenants: true, causedBy }, work);
}

/**
 * Runs `work` of several callers as one batch. The batch is critical and nobody's: a caller with a low class or share
 * must not delay another's call report.
 */
export function forSeveral<T>(work: () => T): T {
  const several = { tenantId: null, isAcrossTenants: true, causedBy: null, workClass: 'critical' } as const;
  return present.run({ ...currentActor(), ...several }, work);
}

/** Sets the class of a request's work, which decides who gets a connection while they are short. */
export function classifyWork(workClass: WorkClass): void {
  const actor = present.getStore();
  if (actor) actor.workClass = workClass;
}

/** Returns class and tenant of the present work, by which connections are shared out. */
export function workInForce(): ConnectionWork {
  const { workClass = 'normal', tenantId, causedBy = null } = currentActor();
  return { workClass, tenantId: tenantId ?? causedBy };
}

/**
 * Runs `work` as the engine, whatever caused it. A provider's webhook or socket may concern any tenant: that of its
 * call.
 */
export function asEngine<T>(work: () => T, origin: Partial<Pick<Actor, 'ip' | 'requestId'>> = {}): T {
  return present.run({ ...ENGINE, ...origin }, work);
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConnectionWork, WorkClass } from '#rules/access/connection-share.js';

export const ACTOR_KINDS = ['user', 'api_key', 'engine', 'operator'] as const;

/** On whose behalf something is done. */
export interface Actor {
  kind: (typeof ACTOR_KINDS)[number];
  /** Of a user or a key; null until it is known. */
  id: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  /** Beyond whose rows nothing is seen or changed (docs/security.md); null: not known yet. */
  tenantId: string | null;
  /** True where the work concerns all tenants, or none: no statement is run for a tenant who is not known. */
  readonly isAcrossTenants: boolean;
  /** Class of the request's work; undefined: normal. */
  workClass?: WorkClass;
  /** The tenant that has caused work across tenants, and whose share of connections it takes. */
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

/** A statement was about to run without anybody having said for whom: a defect of the code that runs it. */
export class UnnamedContextError extends Error {
  override readonly name = 'UnnamedContextError';
}

/**
 * Treatment of a statement without a context: the engine's processes run it for all tenants, the API refuses it, since
 * there it would be a request that sees every tenant's rows.
 */
export type UnnamedContext = 'engine' | 'refused';

/**
 * Returns the tenant whose rows alone are seen, or null for work across tenants.
 * @throws UnnamedContextError where neither has been named.
 */
export function tenantInForce(unnamed: UnnamedContext): string | null {
  const actor = present.getStore() ?? (unnamed === 'engine' ? ENGINE : undefined);
  if (actor?.isAcrossTenants) return null;
  if (actor && actor.tenantId !== null) return actor.tenantId;
  throw new UnnamedContextError(
    'A statement was not run, since no tenant is known here: name the context with actAs, identifyActor or acrossTenants.',
  );
}

/** Does `work`, and everything that follows from it, on behalf of `actor`. */
export function actAs<T>(actor: Actor, work: () => T): T {
  return present.run(actor, work);
}

/** Who acts now: the engine, unless somebody else is named. */
export function currentActor(): Actor {
  return present.getStore() ?? ENGINE;
}

/** Says who it is that acts, and for which tenant, once that is known. */
export function identifyActor(identity: Pick<Actor, 'kind' | 'id' | 'tenantId'>): void {
  const actor = present.getStore();
  if (actor) Object.assign(actor, identity);
}

/**
 * Does `work` for all tenants, on behalf of whoever acts: what the engine does for every campaign, and what concerns
 * users themselves.
 */
export function acrossTenants<T>(work: () => T): T {
  const actor = currentActor();
  const causedBy = actor.tenantId ?? actor.causedBy ?? null;
  return present.run({ ...actor, tenantId: null, isAcrossTenants: true, causedBy }, work);
}

/**
 * Does `work` for several callers at once, as a batch: what one of them is must not hold up or refuse the others, of
 * whom one may report on a call.
 */
export function forSeveral<T>(work: () => T): T {
  const several = { tenantId: null, isAcrossTenants: true, causedBy: null, workClass: 'critical' } as const;
  return present.run({ ...currentActor(), ...several }, work);
}

/** Says how much the work of a request matters while connections are short. */
export function classifyWork(workClass: WorkClass): void {
  const actor = present.getStore();
  if (actor) actor.workClass = workClass;
}

/** What the work that is done now is, to whoever shares connections out. */
export function workInForce(): ConnectionWork {
  const { workClass = 'normal', tenantId, causedBy = null } = currentActor();
  return { workClass, tenantId: tenantId ?? causedBy };
}

/**
 * Does `work` as the engine, whoever has caused it: what follows from a provider's webhook or socket is for whichever
 * tenant its call belongs to.
 */
export function asEngine<T>(work: () => T, origin: Partial<Pick<Actor, 'ip' | 'requestId'>> = {}): T {
  return present.run({ ...ENGINE, ...origin }, work);
}

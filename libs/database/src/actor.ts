import { AsyncLocalStorage } from 'node:async_hooks';

export const ACTOR_KINDS = ['user', 'api_key', 'engine', 'operator'] as const;

/** On whose behalf something is done. */
export interface Actor {
  kind: (typeof ACTOR_KINDS)[number];
  /** Of a user or a key; null until it is known. */
  id: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  /** Beyond whose rows nothing is seen or changed (docs/security.md); null: what is done concerns all tenants, or none yet. */
  tenantId: string | null;
}

const ENGINE: Actor = { kind: 'engine', id: null, ip: null, requestId: null, tenantId: null };

const present = new AsyncLocalStorage<Actor>();

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

/** Does `work` for all tenants, on behalf of whoever acts: what the engine does for every campaign, and what concerns users themselves. */
export function acrossTenants<T>(work: () => T): T {
  return present.run({ ...currentActor(), tenantId: null }, work);
}

import { AsyncLocalStorage } from 'node:async_hooks';

export const ACTOR_KINDS = ['user', 'engine', 'operator'] as const;

/** On whose behalf something is done. */
export interface Actor {
  readonly kind: (typeof ACTOR_KINDS)[number];
  /** Of a user; null until it is known. */
  id: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
}

const ENGINE: Actor = { kind: 'engine', id: null, ip: null, requestId: null };

const present = new AsyncLocalStorage<Actor>();

/** Does `work`, and everything that follows from it, on behalf of `actor`. */
export function actAs<T>(actor: Actor, work: () => T): T {
  return present.run(actor, work);
}

/** Who acts now: the engine, unless somebody else is named. */
export function currentActor(): Actor {
  return present.getStore() ?? ENGINE;
}

/** Says who it is that acts, once that is known. */
export function identifyActor(userId: string): void {
  const actor = present.getStore();
  if (actor) actor.id = userId;
}

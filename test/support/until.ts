import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 20;

type NotYet = undefined | null | false | 0 | '';

/** Waits until `look` gives something that is not empty, and returns it; fails saying what was waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | NotYet>,
  patienceMs = PATIENCE_MS,
): Promise<Exclude<T, NotYet>> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen as Exclude<T, NotYet>;
    if (performance.now() > giveUpAt) throw new Error(`Waited ${patienceMs} ms in vain until ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

import { shuffled, type RandomNumbers } from '#rules/values/seeded-random.js';

export interface Draw<Kind> {
  readonly fault: Kind;
  /** Position of the fault's duration between its least and its most, from 0 to 1. */
  readonly length: number;
  /** Time of quiet after the system has dialed again. */
  readonly calmMs: number;
  /** The next one begins while this one lasts. */
  readonly isJoined: boolean;
}

const CALM_MS = [300, 2_500] as const;
const JOINED_SHARE = 0.2;

/** Deals all the kinds in a random order, again and again: every kind comes up once in each round. */
export function* faultPlan<Kind>(kinds: readonly Kind[], random: RandomNumbers): Generator<Draw<Kind>> {
  if (kinds.length === 0) return;
  for (;;) {
    for (const fault of shuffled(random, kinds)) {
      const [least, most] = CALM_MS;
      yield {
        fault,
        length: random(),
        calmMs: least + random() * (most - least),
        isJoined: kinds.length > 1 && random() < JOINED_SHARE,
      };
    }
  }
}

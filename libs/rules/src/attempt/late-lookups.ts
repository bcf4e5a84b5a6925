/** Seconds between lookups of a given-up call. They take about two days, since a provider may be down for a day. */
const LOOKS_SECONDS = [60, 300, 900, 3_600, 21_600, 86_400] as const;

/** Seconds between two hang-up requests for a call that is alive although it was given up. */
export const HANG_UP_AGAIN_SECONDS = 30;

/** Hang-up requests for one call: enough for the two hours that any call may last. */
const MOST_HANG_UPS = 7_200 / HANG_UP_AGAIN_SECONDS;

/**
 * Returns the seconds until the next lookup of a given-up call; null: never.
 * @param looks lookups so far; `isAlive`: the provider reported that the call continues.
 */
export function nextGivenUpLookSeconds({ looks, isAlive }: { looks: number; isAlive: boolean }): number | null {
  if (isAlive) return looks < MOST_HANG_UPS ? HANG_UP_AGAIN_SECONDS : null;
  return LOOKS_SECONDS[looks] ?? null;
}

/**
 * Returns the seconds until the next cost lookup of an ended call; null: no further lookup.
 * @param schedule seconds after the end, rising.
 * @param looks lookups so far.
 */
export function nextLookSeconds(schedule: readonly number[], looks: number): number | null {
  const at = schedule[looks];
  return at === undefined ? null : at - (schedule[looks - 1] ?? 0);
}

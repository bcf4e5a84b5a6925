/**
 * Seconds from one look at a call that was given up to the next: about two days in all, since a provider may be away
 * for a day.
 */
const LOOKS_SECONDS = [60, 300, 900, 3_600, 21_600, 86_400] as const;

/** Seconds between two requests to end a call that lives although it was given up. */
export const HANG_UP_AGAIN_SECONDS = 30;

/** As long as any call may last: two hours. */
const MOST_HANG_UPS = 7_200 / HANG_UP_AGAIN_SECONDS;

/**
 * Seconds until a call that was given up is looked at again; null: never.
 * @param looks how often it was looked at; `isAlive`: the provider has told that it goes on.
 */
export function nextGivenUpLookSeconds({ looks, isAlive }: { looks: number; isAlive: boolean }): number | null {
  if (isAlive) return looks < MOST_HANG_UPS ? HANG_UP_AGAIN_SECONDS : null;
  return LOOKS_SECONDS[looks] ?? null;
}

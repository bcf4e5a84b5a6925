const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 60;

/**
 * Returns the seconds to wait for a published job to start before it is republished.
 * @param publishes times that it was published (1 or more).
 */
export function publishPauseSeconds(publishes: number): number {
  return Math.min(FIRST_SECONDS * 2 ** (publishes - 1), LONGEST_SECONDS);
}

const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 60;

/**
 * Seconds to wait for a published job to be taken up before it is published again, after `publishes` times (1 or more).
 */
export function publishPauseSeconds(publishes: number): number {
  return Math.min(FIRST_SECONDS * 2 ** (publishes - 1), LONGEST_SECONDS);
}

/**
 * Returns the seconds until the next cost lookup of an ended call; null: no further lookup.
 * @param schedule seconds after the end, rising.
 * @param looks lookups so far.
 */
export function nextLookSeconds(schedule: readonly number[], looks: number): number | null {
  const at = schedule[looks];
  return at === undefined ? null : at - (schedule[looks - 1] ?? 0);
}

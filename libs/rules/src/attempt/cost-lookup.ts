/**
 * When a call that has ended without a cost is looked at next.
 * @param schedule seconds after the end, rising. @param looks how often it was looked at. @returns seconds from now;
 * null: not any more.
 */
export function nextLookSeconds(schedule: readonly number[], looks: number): number | null {
  const at = schedule[looks];
  return at === undefined ? null : at - (schedule[looks - 1] ?? 0);
}

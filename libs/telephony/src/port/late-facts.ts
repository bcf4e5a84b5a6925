/**
 * Seconds after a call's end at which its cost is looked up. A minute is usually enough; some providers take minutes,
 * or compute costs hours later. A call without a cost is missing from every total.
 */
export const LATE_FACTS_SECONDS = [60, 300, 1_800, 21_600] as const;

/**
 * A minute is enough as a rule; where it is not, minutes, or until the provider has reckoned up: a call without a cost
 * is missing in every sum.
 */
export const LATE_FACTS_SECONDS = [60, 300, 1_800, 21_600] as const;

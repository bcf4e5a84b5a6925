/** Stored value of an unlimited number. */
export const UNLIMITED = -1;

/** Seconds until a tenant that has reached its limit of concurrent calls is considered again. */
export const LOOK_AGAIN_SECONDS = 5;

/** Limits that the operator sets for each tenant, with the greatest number that can be stored. */
export const OPERATOR_LIMITS = {
  minutes: 1_000_000_000,
  concurrent_calls: 1_000_000,
  calls_per_day: 1_000_000_000,
  open_imports: 1_000_000,
  import_bytes: 1_000_000_000_000_000,
} as const;
export type OperatorLimit = keyof typeof OPERATOR_LIMITS;
export const OPERATOR_LIMIT_NAMES = Object.keys(OPERATOR_LIMITS) as readonly OperatorLimit[];

/** Value of each limit: `UNLIMITED`, or a number from 0. */
export type LimitValues = Readonly<Record<OperatorLimit, number>>;

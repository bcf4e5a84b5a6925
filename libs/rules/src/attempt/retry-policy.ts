/** Reasons for which a person may be called again without having requested it. */
export const RETRY_REASONS = ['busy', 'no_answer', 'voicemail', 'refused', 'provider_error', 'lost'] as const;
export type RetryReason = (typeof RETRY_REASONS)[number];

/**
 * Outcomes whose contacts a client may redial. `bad_number` is among them, because a misconfigured trunk reports good
 * numbers as bad.
 */
export const REDIAL_OUTCOMES = [...RETRY_REASONS, 'bad_number'] as const;
export type RedialOutcome = (typeof REDIAL_OUTCOMES)[number];

/**
 * Delays in seconds after the first, second, … attempt that ended for the reason. The last one repeats; an empty list
 * means no retry.
 */
export type RetryPolicy = Readonly<Record<RetryReason, { readonly delays_seconds: readonly number[] }>>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Delay until the next day, three hours later: a person who is out at nine may be in at noon. */
const NEXT_DAY_AT_ANOTHER_HOUR = 27 * HOUR;

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  busy: { delays_seconds: [5 * MINUTE, 15 * MINUTE, 45 * MINUTE] },
  no_answer: { delays_seconds: [4 * HOUR, NEXT_DAY_AT_ANOTHER_HOUR] },
  voicemail: { delays_seconds: [NEXT_DAY_AT_ANOTHER_HOUR] },
  refused: { delays_seconds: [30, 2 * MINUTE, 10 * MINUTE] },
  provider_error: { delays_seconds: [1 * MINUTE, 5 * MINUTE] },
  lost: { delays_seconds: [1 * HOUR] },
};

/** Returns a campaign's policy: its own delays, and the defaults for the reasons that it does not name. */
export function retryPolicyOf(own: Partial<RetryPolicy> | null): RetryPolicy {
  return { ...DEFAULT_RETRY_POLICY, ...own };
}

/** Share by which each delay varies either way. A list that was called at once is then not called again at once. */
const JITTER = 0.1;

/**
 * Returns the seconds until the next attempt; null: never.
 * @param repeats attempts that ended for this reason, this one included (1 or more).
 * @param random from 0 to 1.
 */
export function retryDelaySeconds(
  { reason, repeats, random }: { reason: RetryReason; repeats: number; random: number },
  policy: RetryPolicy = DEFAULT_RETRY_POLICY,
): number | null {
  const delays = policy[reason].delays_seconds;
  const delay = delays[Math.min(repeats, delays.length) - 1];
  return delay === undefined ? null : delay * (1 + JITTER * (2 * random - 1));
}

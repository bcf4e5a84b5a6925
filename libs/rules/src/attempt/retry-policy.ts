/** Reasons for which a person may be called again without having asked for it. */
export const RETRY_REASONS = ['busy', 'no_answer', 'voicemail', 'refused', 'provider_error', 'lost'] as const;
export type RetryReason = (typeof RETRY_REASONS)[number];

/**
 * By which a person may ask for those to be called again who were given up: a number is called bad by a trunk that is
 * set up wrongly, too.
 */
export const REDIAL_OUTCOMES = [...RETRY_REASONS, 'bad_number'] as const;
export type RedialOutcome = (typeof REDIAL_OUTCOMES)[number];

/**
 * Seconds to wait after the first, second … attempt that ended so; the last one repeats, an empty list means never
 * again.
 */
export type RetryPolicy = Readonly<Record<RetryReason, { readonly delays_seconds: readonly number[] }>>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The next day, three hours later: somebody who is out at nine may be in at noon. */
const NEXT_DAY_AT_ANOTHER_HOUR = 27 * HOUR;

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  busy: { delays_seconds: [5 * MINUTE, 15 * MINUTE, 45 * MINUTE] },
  no_answer: { delays_seconds: [4 * HOUR, NEXT_DAY_AT_ANOTHER_HOUR] },
  voicemail: { delays_seconds: [NEXT_DAY_AT_ANOTHER_HOUR] },
  refused: { delays_seconds: [30, 2 * MINUTE, 10 * MINUTE] },
  provider_error: { delays_seconds: [1 * MINUTE, 5 * MINUTE] },
  lost: { delays_seconds: [1 * HOUR] },
};

/** A campaign's own policy: what it names, and the default for the rest. */
export function retryPolicyOf(own: Partial<RetryPolicy> | null): RetryPolicy {
  return { ...DEFAULT_RETRY_POLICY, ...own };
}

/** Each delay is spread by this share either way, so that a list called at once is not called again at once. */
const JITTER = 0.1;

/**
 * Seconds until the next attempt, or null for never.
 * @param repeats how many attempts, this one included, ended for this reason (1 or more).
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

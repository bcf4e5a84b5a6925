import type { CallFacts } from './call-facts.js';

/** Divisor for minutes, which are rounded up. */
const SECONDS_PER_MINUTE = 60;

/**
 * Returns the minutes that an ended call costs of its tenant's budget: none unless a person or a machine answered.
 * @returns null if the call was answered, or was lost and may have been, and its duration is unknown.
 */
export function talkMinutes({
  status,
  answeredAt,
  durationSeconds,
}: Pick<CallFacts, 'status' | 'answeredAt' | 'durationSeconds'>): number | null {
  if (status !== 'completed' && status !== 'lost' && answeredAt === null) return 0;
  return durationSeconds === null ? null : Math.ceil(durationSeconds / SECONDS_PER_MINUTE);
}

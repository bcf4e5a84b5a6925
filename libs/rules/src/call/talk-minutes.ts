import type { CallFacts } from './call-facts.js';

/** Minutes begun count whole. */
const SECONDS_PER_MINUTE = 60;

/**
 * Minutes that an ended call takes off its tenant's budget: none unless somebody, or some machine, took it.
 * @returns null when it was taken, or was lost and may have been, and nobody has said yet for how long.
 */
export function talkMinutes({
  status,
  answeredAt,
  durationSeconds,
}: Pick<CallFacts, 'status' | 'answeredAt' | 'durationSeconds'>): number | null {
  if (status !== 'completed' && status !== 'lost' && answeredAt === null) return 0;
  return durationSeconds === null ? null : Math.ceil(durationSeconds / SECONDS_PER_MINUTE);
}

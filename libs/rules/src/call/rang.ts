import type { CallEvent } from './call-report.js';
import type { CallStatus } from './call-status.js';

/** A call that could not be placed has none of these: somebody's phone has rung, or was busy. */
const REACHED_A_PHONE: readonly (CallStatus | undefined)[] = [
  'ringing',
  'in_progress',
  'completed',
  'no_answer',
  'busy',
];

/**
 * Whether an event shows that a phone was reached. Of an attempt that was given back, and so never was, it should not
 * be.
 */
export function showsThatItRang({
  status,
  answeredBy,
  recordingUrl,
  transcript,
  durationSeconds = 0,
}: CallEvent): boolean {
  const wasHeard = answeredBy !== undefined || recordingUrl !== undefined || transcript !== undefined;
  return REACHED_A_PHONE.includes(status) || wasHeard || durationSeconds > 0;
}

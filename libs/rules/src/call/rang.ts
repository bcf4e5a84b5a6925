import type { CallReport } from './call-report.js';
import type { CallStatus } from './call-status.js';

/** Statuses that show that a phone rang or was busy. A call that could not be placed has none of them. */
const REACHED_A_PHONE: readonly (CallStatus | undefined)[] = [
  'ringing',
  'in_progress',
  'completed',
  'no_answer',
  'busy',
];

/** True if a report shows that a phone was reached. An attempt that was refunded should have no such report. */
export function showsThatItRang({
  status,
  answeredBy,
  recordingUrl,
  transcript,
  durationSeconds = 0,
}: CallReport): boolean {
  const wasHeard = answeredBy !== undefined || recordingUrl !== undefined || transcript !== undefined;
  return REACHED_A_PHONE.includes(status) || wasHeard || durationSeconds > 0;
}

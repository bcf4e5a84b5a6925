import type { CallStatus } from '#rules/call/call-status.js';

/** Of calls that have not ended. A call that is being forwarded goes on. */
const STATUSES: ReadonlyMap<string, CallStatus> = new Map([
  ['scheduled', 'initiated'],
  ['queued', 'initiated'],
  ['ringing', 'ringing'],
  ['in-progress', 'in_progress'],
  ['forwarding', 'in_progress'],
]);

/** Undefined for a word that we do not know. */
export function toCallStatus(word: string | undefined): CallStatus | undefined {
  return word === undefined ? undefined : STATUSES.get(word);
}

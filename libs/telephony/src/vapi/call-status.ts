import type { CallStatus } from '#rules/call/call-status.js';

/** Statuses of calls that have not ended. A call that is being forwarded goes on. */
const STATUSES: ReadonlyMap<string, CallStatus> = new Map([
  ['scheduled', 'initiated'],
  ['queued', 'initiated'],
  ['ringing', 'ringing'],
  ['in-progress', 'in_progress'],
  ['forwarding', 'in_progress'],
]);

/** Returns undefined for an unknown word. */
export function toCallStatus(word: string | undefined): CallStatus | undefined {
  return word === undefined ? undefined : STATUSES.get(word);
}

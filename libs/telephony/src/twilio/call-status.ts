import type { CallStatus } from '#rules/call/call-status.js';
import type { AnsweredBy, Outcome } from '#rules/call/outcome.js';

/** Statuses of the Call resource and of webhooks. Only webhooks say `initiated`. */
const STATUSES: Readonly<Record<string, CallStatus>> = {
  queued: 'initiated',
  initiated: 'initiated',
  ringing: 'ringing',
  'in-progress': 'in_progress',
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'no_answer',
  failed: 'failed',
  canceled: 'canceled',
};

/** Returns undefined for an unknown word. */
export function toCallStatus(word: string | null | undefined): CallStatus | undefined {
  return word && Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined;
}

/** Returns who answered. `machine_start`, `machine_end_beep` and the like are machines. */
export function toAnsweredBy(word: string | null | undefined): AnsweredBy | undefined {
  if (word === 'human' || word === 'fax' || word === 'unknown') return word;
  return word?.startsWith('machine') ? 'machine' : undefined;
}

/** SIP statuses that say that the number does not exist: RFC 3261, 21.4 and 21.6. */
const NO_SUCH_NUMBER: ReadonlySet<string> = new Set(['404', '410', '484', '604']);

/** Returns the outcome of a failed call if the failure concerns its number. */
export function toFailureOutcome(status: CallStatus | undefined, sipCode: string | undefined): Outcome | undefined {
  return status === 'failed' && sipCode && NO_SUCH_NUMBER.has(sipCode) ? 'bad_number' : undefined;
}

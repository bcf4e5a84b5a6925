import type { CallStatus } from '#rules/call/call-status.js';
import type { AnsweredBy, Outcome } from '#rules/call/outcome.js';

/** Of the Call resource and of callbacks, which alone say `initiated`. */
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

/** Undefined for a word that we do not know. */
export function toCallStatus(word: string | null | undefined): CallStatus | undefined {
  return word && Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined;
}

/** `machine_start`, `machine_end_beep` and the like are all machines. */
export function toAnsweredBy(word: string | null | undefined): AnsweredBy | undefined {
  if (word === 'human' || word === 'fax' || word === 'unknown') return word;
  return word?.startsWith('machine') ? 'machine' : undefined;
}

/** SIP answers by which a network says that there is no such number: RFC 3261, 21.4 and 21.6. */
const NO_SUCH_NUMBER: ReadonlySet<string> = new Set(['404', '410', '484', '604']);

/** What a call that failed says about its number; undefined: nothing. */
export function toFailureOutcome(status: CallStatus | undefined, sipCode: string | undefined): Outcome | undefined {
  return status === 'failed' && sipCode && NO_SUCH_NUMBER.has(sipCode) ? 'bad_number' : undefined;
}

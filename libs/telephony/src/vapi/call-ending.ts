import type { FinalCallStatus } from '#rules/call-status.js';
import type { AnsweredBy, Outcome } from '#rules/outcome.js';

export interface CallEnding {
  readonly status: Exclude<FinalCallStatus, 'lost'>;
  readonly answeredBy?: AnsweredBy;
  /** Where it says more than the status does. */
  readonly outcome?: Outcome;
}

const COMPLETED: CallEnding = { status: 'completed' };
const VOICEMAIL: CallEnding = { status: 'completed', answeredBy: 'machine' };
const NO_ANSWER: CallEnding = { status: 'no_answer' };
const BUSY: CallEnding = { status: 'busy' };
const CANCELED: CallEnding = { status: 'canceled' };
const FAILED: CallEnding = { status: 'failed' };
const BAD_NUMBER: CallEnding = { status: 'failed', outcome: 'bad_number' };

/** https://docs.vapi.ai/calls/call-ended-reason. `hangup` is in that site's examples, but not in its list. */
const WORDS: ReadonlyMap<string, CallEnding> = new Map([
  ['assistant-said-end-call-phrase', COMPLETED],
  ['assistant-forwarded-call', COMPLETED],
  ['silence-timed-out', COMPLETED],
  ['exceeded-max-duration', COMPLETED],
  ['vonage-completed', COMPLETED],
  ['call.in-progress.twilio-completed-call', COMPLETED],
  ['call.in-progress.sip-completed-call', COMPLETED],
  /** There was a conversation: another call would be one too many. */
  ['call.in-progress.error-transfer-failed', COMPLETED],
  ['hangup', COMPLETED],
  ['voicemail', VOICEMAIL],
  ['customer-did-not-answer', NO_ANSWER],
  ['customer-busy', BUSY],
  ['manually-canceled', CANCELED],
  ['scheduled-call-deleted', CANCELED],
  ['call-deleted', CANCELED],
  ['twilio-reported-customer-misdialed', BAD_NUMBER],
  /** A number in another country, which the kind of number that calls can never reach. */
  ['call.start.error-vapi-number-international', BAD_NUMBER],
  ['customer-did-not-give-microphone-permission', FAILED],
  ['worker-shutdown', FAILED],
  ['assistant-join-timed-out', FAILED],
]);

/** Hundreds of errors have one of these beginnings, and there are new ones every month; the first that fits counts. */
const BEGINNINGS: readonly (readonly [string, CallEnding])[] = [
  ['customer-ended-call', COMPLETED],
  ['assistant-ended-call', COMPLETED],
  ['call.forwarding.', COMPLETED],
  ['call.ending.', COMPLETED],
  ['call.in-progress.error-warm-transfer-', COMPLETED],
  ['call.in-progress.error-', FAILED],
  ['call.start.', FAILED],
  ['call.ringing.', FAILED],
  ['call-start-error-', FAILED],
  ['pipeline-', FAILED],
  ['assistant-request-', FAILED],
  ['assistant-not-', FAILED],
  ['twilio-failed-', FAILED],
  ['vonage-', FAILED],
  ['phone-call-provider-', FAILED],
];

/** What networks answer, RFC 3261, 21.4 and 21.6; any other code is a failure. */
const SIP_ENDINGS: Readonly<Record<string, CallEnding>> = {
  404: BAD_NUMBER,
  410: BAD_NUMBER,
  484: BAD_NUMBER,
  604: BAD_NUMBER,
  408: NO_ANSWER,
  480: NO_ANSWER,
  487: NO_ANSWER,
  603: NO_ANSWER,
  486: BUSY,
  600: BUSY,
};

/**
 * What a call came to, by Vapi's `endedReason`. Of a word that we do not know we believe that somebody was reached, and is not called again,
 * unless it speaks of a failure itself.
 */
export function endingOf(reason: string): CallEnding {
  return knownEndingOf(reason) ?? (/error|fault|fail/i.test(reason) ? FAILED : COMPLETED);
}

/** Undefined for a word that we do not know. */
export function knownEndingOf(reason: string): CallEnding | undefined {
  const exact = WORDS.get(reason);
  if (exact) return exact;
  const sipCode = /-outbound-sip-(\d{3})\b/.exec(reason)?.[1];
  if (sipCode !== undefined) return SIP_ENDINGS[sipCode] ?? FAILED;
  return BEGINNINGS.find(([beginning]) => reason.startsWith(beginning))?.[1];
}

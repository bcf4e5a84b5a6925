import type { CallEvent } from '#rules/call/call-report.js';
import type { FinalCallStatus } from '#rules/call/call-status.js';
import type { Outcome } from '#rules/call/outcome.js';

/** Why we hang up; `stopping`: the worker ends in order. */
export type HangUpCause = 'asked' | 'ring_timeout' | 'max_duration' | 'stopping';

export interface Closing {
  /** The engine's words: a status line of SIP, or a text of its own. */
  readonly reason: string;
  /** Was it said that the phone rings? */
  readonly wasRinging: boolean;
  readonly wasAnswered: boolean;
  readonly hangUpCause: HangUpCause | null;
}

export interface CallEnd {
  readonly status: FinalCallStatus;
  /** Absent where the status says it all. */
  readonly outcome?: Outcome;
  readonly endReason: string;
  /** Nothing has rung, and another attempt is worth as much as this one. */
  readonly notPlaced?: CallEvent['notPlaced'];
}

/** What the end of a call comes to. */
export function callEnd(closing: Closing): CallEnd {
  if (closing.wasAnswered) return endOfTalk(closing);
  const { notPlaced, ...end } = endWithoutAnswer(closing);
  return notPlaced && !closing.wasRinging ? { ...end, notPlaced } : end;
}

export const BY_US = 'Connection reset by user';

/** Told of a call whose callee listened to the prompt's end. */
export const PROMPT_PLAYED = 'prompt_played';

/**
 * The ends of a talk that are nobody's fault, by the engine's words; any other is the engine's own trouble with the
 * media.
 */
const TALK_ENDS: Readonly<Record<string, string>> = {
  'Connection reset by peer': 'callee_hung_up',
  [BY_US]: 'hung_up',
  'end of file': PROMPT_PLAYED,
  '': 'closed',
};

function endOfTalk({ reason, hangUpCause }: Closing): CallEnd {
  const known = TALK_ENDS[reason] ?? (sipCode(reason) === null ? undefined : reason);
  if (known === undefined) return { status: 'failed', outcome: 'provider_error', endReason: reason };
  const isOurs = reason === BY_US && hangUpCause !== null && hangUpCause !== 'asked';
  return { status: 'completed', endReason: isOurs ? REASONS[hangUpCause] : known };
}

const REASONS: Readonly<Record<HangUpCause, string>> = {
  asked: 'hung_up',
  ring_timeout: 'ring_timeout',
  max_duration: 'max_duration',
  stopping: 'worker_stopped',
};

function endWithoutAnswer({ reason, wasRinging, hangUpCause }: Closing): CallEnd {
  if (reason === BY_US) return endByUs(wasRinging, hangUpCause);
  const code = sipCode(reason);
  const end = code === null ? NOT_SENT[reason] : ENDS_BY_CODE[code];
  return { ...(end ?? { status: 'failed' }), endReason: reason };
}

/**
 * A trunk that is dead is found out by our own ring timeout, mostly: the engine itself would go on for 32 seconds (RFC
 * 3261, timer B).
 */
function endByUs(wasRinging: boolean, cause: HangUpCause | null): CallEnd {
  if (cause === 'stopping')
    return { status: 'canceled', endReason: REASONS.stopping, notPlaced: { fault: 'throttle' } };
  if (cause !== 'ring_timeout') return { status: 'canceled', endReason: 'hung_up' };
  return wasRinging
    ? { status: 'no_answer', endReason: 'ring_timeout' }
    : { status: 'failed', outcome: 'provider_error', endReason: 'never_rang' };
}

function sipCode(reason: string): number | null {
  const code = /^([3-6]\d\d)\b/.exec(reason)?.[1];
  return code === undefined ? null : Number(code);
}

type KnownEnd = Omit<CallEnd, 'endReason'>;

const BUSY: KnownEnd = { status: 'busy' };
const NO_ANSWER: KnownEnd = { status: 'no_answer' };
const BAD_NUMBER: KnownEnd = { status: 'failed', outcome: 'bad_number' };
const NOT_LOGGED_IN: KnownEnd = { status: 'failed', notPlaced: { fault: 'account' } };

/** The trunk is overloaded or under repair, or there is no way to it. */
const AWAY: KnownEnd = { status: 'failed', notPlaced: { fault: 'throttle', retryAfterSeconds: 30 } };

/**
 * What the engine says where its INVITE has not left the host: no name server knows the trunk, no route leads there.
 */
const NOT_SENT: Readonly<Record<string, KnownEnd>> = {
  'Destination address required': AWAY,
  'Network is unreachable': AWAY,
  'No route to host': AWAY,
};

/**
 * RFC 3261, section 21; 607 "Unwanted" is RFC 8197: the callee asks not to be called. Any other code is the trunk's
 * trouble, or ours; so is 608 "Rejected" (RFC 8688), which is said by somebody on the way who mistrusts the caller, not
 * by the callee. 403 is said of an account as of one destination that it may not call, and nobody can tell which: it
 * counts, and the circuit breaker sees whether it is said of everybody.
 */
const ENDS_BY_CODE: Readonly<Record<number, KnownEnd>> = {
  401: NOT_LOGGED_IN,
  404: BAD_NUMBER,
  407: NOT_LOGGED_IN,
  408: NO_ANSWER,
  410: BAD_NUMBER,
  480: NO_ANSWER,
  484: BAD_NUMBER,
  486: BUSY,
  487: NO_ANSWER,
  503: AWAY,
  600: BUSY,
  603: NO_ANSWER,
  604: BAD_NUMBER,
  607: { status: 'failed', outcome: 'opt_out' },
};

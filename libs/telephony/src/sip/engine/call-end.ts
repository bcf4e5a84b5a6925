import type { CallReport } from '#rules/call/call-report.js';
import type { FinalCallStatus } from '#rules/call/call-status.js';
import type { Outcome } from '#rules/call/outcome.js';

/** Reason for a hang-up by the worker; `stopping`: the worker shuts down. */
export type HangUpCause = 'asked' | 'ring_timeout' | 'max_duration' | 'stopping';

export interface Closing {
  /** Text of the engine: a SIP status line, or words of its own. */
  readonly reason: string;
  /** True if the engine reported that the phone rang. */
  readonly wasRinging: boolean;
  readonly wasAnswered: boolean;
  readonly hangUpCause: HangUpCause | null;
}

export interface CallEnd {
  readonly status: FinalCallStatus;
  /** Absent if the status tells it all. */
  readonly outcome?: Outcome;
  readonly endReason: string;
  /** Present if the phone did not ring and another attempt can succeed: the attempt is refunded. */
  readonly notPlaced?: CallReport['notPlaced'];
}

/** Computes status, outcome and end reason of a call from the engine's words. */
export function callEnd(closing: Closing): CallEnd {
  if (closing.wasAnswered) return endOfTalk(closing);
  const { notPlaced, ...end } = endWithoutAnswer(closing);
  return notPlaced && !closing.wasRinging ? { ...end, notPlaced } : end;
}

export const BY_US = 'Connection reset by user';

/** End reason of a call whose callee listened to the whole prompt. */
export const PROMPT_PLAYED = 'prompt_played';

/** Regular ends of an answered call, by the engine's words. Any other text is a media fault of the engine. */
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
 * Returns the end of a call that the worker ended. A dead trunk mostly shows as our ring timeout. The engine itself
 * would wait for 32 seconds (RFC 3261, timer B).
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

/** The trunk is overloaded, under repair or out of reach. */
const AWAY: KnownEnd = { status: 'failed', notPlaced: { fault: 'throttle', retryAfterSeconds: 30 } };

/** Engine's words if its INVITE has not left the host. No name server knows the trunk, or no route leads to it. */
const NOT_SENT: Readonly<Record<string, KnownEnd>> = {
  'Destination address required': AWAY,
  'Network is unreachable': AWAY,
  'No route to host': AWAY,
};

/**
 * Ends by SIP status (RFC 3261, section 21). 607 "Unwanted" (RFC 8197): the callee asks not to be called. Any other
 * code is a fault of the trunk or of our side. 608 "Rejected" (RFC 8688) is one of them: an intermediary that mistrusts
 * the caller sends it, not the callee. 403 may concern the account or this one destination. The attempt counts, and the
 * circuit breaker sees if every call gets it.
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

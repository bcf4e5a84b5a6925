import type { CallReport } from '#rules/call/call-report.js';
import type { FinalCallStatus } from '#rules/call/call-status.js';
import type { EndKind } from './end-kind.js';
import { DAILY_LIMIT_PAUSE_SECONDS } from './rejections.js';

/** Status of an ended call. `outcome` is present if it tells more than the status. */
export type CallEnding = Pick<CallReport, 'answeredBy' | 'outcome' | 'notPlaced'> & {
  readonly status: Exclude<FinalCallStatus, 'lost'>;
};

/** Signs of a callee in what Vapi tells. */
export interface CallSigns {
  /** The call was answered, by a person or a machine. */
  readonly isAnswered: boolean;
  /** True if Vapi has told any words; the agent speaks only after the answer. */
  readonly isSpoken: boolean;
  /** The callee talked with the agent. */
  readonly isTalk: boolean;
}

const COMPLETED: CallEnding = { status: 'completed' };

/** Endings of calls without any sign of a callee. */
const ENDINGS: Readonly<Record<EndKind, CallEnding>> = {
  talked: { status: 'no_answer' },
  hung_up: { status: 'canceled' },
  canceled: { status: 'canceled' },
  voicemail: { status: 'completed', answeredBy: 'machine' },
  no_answer: { status: 'no_answer' },
  busy: { status: 'busy' },
  bad_number: { status: 'failed', outcome: 'bad_number' },
  refused: { status: 'failed', outcome: 'refused' },
  not_connected: { status: 'failed' },
  broken_off: { status: 'failed' },
  /** A callee who was not heard is not called again at once. */
  unheard: { status: 'failed', outcome: 'no_answer' },
  throttle: { status: 'failed', notPlaced: { fault: 'throttle' } },
  daily_limit: {
    status: 'failed',
    notPlaced: { fault: 'throttle', retryAfterSeconds: DAILY_LIMIT_PAUSE_SECONDS },
  },
  account: { status: 'failed', notPlaced: { fault: 'account' } },
};

/** Regular ends: the conversation before them tells the result. */
const ORDINARY: ReadonlySet<EndKind> = new Set(['talked', 'hung_up', 'canceled']);

/** Ends without a person: the words of a machine or a network may look like talk. */
const SILENT: ReadonlySet<EndKind> = new Set(['voicemail', 'no_answer', 'busy', 'bad_number']);

/**
 * Concludes how a call ended from the kind of its end and the signs of a callee. An unanswered call is never completed.
 * A callee who has talked was reached, even if the call broke off: the phone does not ring again.
 */
export function endingOf(kind: EndKind, { isAnswered, isSpoken, isTalk }: CallSigns): CallEnding {
  if (SILENT.has(kind)) return ENDINGS[kind];
  if (isTalk) return ORDINARY.has(kind) ? COMPLETED : { ...COMPLETED, outcome: 'reached' };
  const isOver = kind === 'canceled' ? isSpoken : isAnswered && ORDINARY.has(kind);
  return isOver ? COMPLETED : ENDINGS[kind];
}

/** Concludes how a call without an end reason ended. An answered one is completed; undefined: unknown. */
export function endingWithoutWord({ isAnswered }: CallSigns): CallEnding | undefined {
  return isAnswered ? COMPLETED : undefined;
}

const MAY_FOLLOW_TALK: ReadonlySet<EndKind> = new Set([...ORDINARY, 'broken_off', 'unheard']);

/** True if the ending depends on a conversation that Vapi has not told yet. */
export function isOpen(kind: EndKind, ending: CallEnding): boolean {
  return MAY_FOLLOW_TALK.has(kind) && ending.status !== 'completed';
}

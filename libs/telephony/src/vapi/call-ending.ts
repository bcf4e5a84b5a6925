import type { CallEvent } from '#rules/call/call-report.js';
import type { FinalCallStatus } from '#rules/call/call-status.js';
import type { EndKind } from './end-kind.js';
import { DAILY_LIMIT_PAUSE_SECONDS } from './rejections.js';

/** What an ended call came to: where `outcome` says more than the status does. */
export type CallEnding = Pick<CallEvent, 'answeredBy' | 'outcome' | 'notPlaced'> & {
  readonly status: Exclude<FinalCallStatus, 'lost'>;
};

/** What there is to be seen of somebody at the other end. */
export interface CallSigns {
  /** The call was taken, by whomever. */
  readonly isTaken: boolean;
  /** Anything was said; the agent does not speak before. */
  readonly isSpoken: boolean;
  /** Somebody talked with the agent. */
  readonly isTalk: boolean;
}

const COMPLETED: CallEnding = { status: 'completed' };

/** What a word means for a call of which there is nothing else to be seen. */
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
  /** Whoever was not heard is not called again at once. */
  unheard: { status: 'failed', outcome: 'no_answer' },
  throttle: { status: 'failed', notPlaced: { fault: 'throttle' } },
  daily_limit: {
    status: 'failed',
    notPlaced: { fault: 'throttle', retryAfterSeconds: DAILY_LIMIT_PAUSE_SECONDS },
  },
  account: { status: 'failed', notPlaced: { fault: 'account' } },
};

/** Ends as any: what was said before is all there is to know of them. */
const ORDINARY: ReadonlySet<EndKind> = new Set(['talked', 'hung_up', 'canceled']);

/** There was nobody to talk to: what a machine or a network says may look like talk. */
const SILENT: ReadonlySet<EndKind> = new Set(['voicemail', 'no_answer', 'busy', 'bad_number']);

/**
 * What a call came to, by the kind of its end and by what is to be seen of it. No word completes a call that nobody
 * took, and whoever has talked with us was reached, whatever broke it off: the phone does not ring again for that.
 */
export function endingOf(kind: EndKind, { isTaken, isSpoken, isTalk }: CallSigns): CallEnding {
  if (SILENT.has(kind)) return ENDINGS[kind];
  if (isTalk) return ORDINARY.has(kind) ? COMPLETED : { ...COMPLETED, outcome: 'reached' };
  const isOver = kind === 'canceled' ? isSpoken : isTaken && ORDINARY.has(kind);
  return isOver ? COMPLETED : ENDINGS[kind];
}

/** Without a word, that somebody took it is all that can be told; undefined: nothing can. */
export function endingWithoutWord({ isTaken }: CallSigns): CallEnding | undefined {
  return isTaken ? COMPLETED : undefined;
}

const MAY_FOLLOW_TALK: ReadonlySet<EndKind> = new Set([...ORDINARY, 'broken_off', 'unheard']);

/** Whether it depends on what was said, of which nothing has been heard. */
export function isOpen(kind: EndKind, ending: CallEnding): boolean {
  return MAY_FOLLOW_TALK.has(kind) && ending.status !== 'completed';
}

import type { CallReport } from './call-report.js';
import { isFinalCallStatus, type CallStatus } from './call-status.js';
import type { Outcome } from './outcome.js';

/** Facts about a call's end that may be Outdial's conclusion. */
interface KnownEnd {
  readonly status: CallStatus;
  readonly isPresumed: boolean;
  readonly outcome: Outcome | null;
  readonly endReason: string | null;
  readonly endedAt: Date | null;
}

/** `end_reason` of a call that Outdial gave up. */
export const LOST_REASON = 'provider_does_not_know_the_call';

/** `end_reason` of a call that Outdial hangs up because it was not answered. */
export const RUNG_OUT_REASON = 'ring_timeout';

/** Outcomes that only a conclusion of Outdial gives to a call without a reported end. */
const GUESSED: readonly (Outcome | null)[] = ['lost', 'bad_number', 'refused'];

/** Ends that fit a call that rang unanswered until Outdial hung it up. */
const RUNG_OUT: readonly CallStatus[] = ['no_answer', 'canceled', 'lost'];

export function hasGuessedOutcome({ isPresumed, outcome }: Pick<KnownEnd, 'isPresumed' | 'outcome'>): boolean {
  return isPresumed && GUESSED.includes(outcome);
}

/** True if an outcome was concluded while the call was live, and the reported end contradicts it. */
function isUnlikelyOutcome(outcome: Outcome | null, status: CallStatus): boolean {
  return outcome === 'no_answer' && isFinalCallStatus(status) && !RUNG_OUT.includes(status);
}

/** Drops what Outdial concluded about a call once the provider reports its end. */
export function withoutGuesses<Facts extends KnownEnd>(facts: Facts, { status, isPresumed }: CallReport): Facts {
  const isTold = status !== undefined && isFinalCallStatus(status) && isPresumed !== true;
  if (!isTold) return facts;
  if (facts.isPresumed) return withoutRingTimeout(withoutPresumedEnd(facts), status);
  return isFinalCallStatus(facts.status) ? facts : withoutRingTimeout(facts, status);
}

/** Returns the facts of a call that is live again, until its reported end is applied. */
function withoutPresumedEnd<Facts extends KnownEnd>(facts: Facts): Facts {
  const isOurReason = facts.status !== 'lost' || facts.endReason === LOST_REASON;
  return {
    ...facts,
    status: 'initiated',
    isPresumed: false,
    outcome: hasGuessedOutcome(facts) ? null : facts.outcome,
    endReason: isOurReason ? null : facts.endReason,
    endedAt: null,
  };
}

function withoutRingTimeout<Facts extends KnownEnd>(facts: Facts, end: CallStatus): Facts {
  if (!isUnlikelyOutcome(facts.outcome, end)) return facts;
  return { ...facts, outcome: null, endReason: facts.endReason === RUNG_OUT_REASON ? null : facts.endReason };
}

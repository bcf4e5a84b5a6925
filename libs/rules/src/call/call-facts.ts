import type { CallReport, ConversationTurn } from './call-report.js';
import { isFinalCallStatus, nextCallStatus, type CallStatus } from './call-status.js';
import type { AnsweredBy, Outcome } from './outcome.js';
import { hasGuessedOutcome, LOST_REASON, withoutGuesses } from './presumed-end.js';

/** Known facts of a call. Null: unknown so far, or for good. */
export interface CallFacts {
  readonly status: CallStatus;
  /** True if the status is final and is Outdial's own conclusion. */
  readonly isPresumed: boolean;
  readonly providerCallId: string | null;
  readonly answeredBy: AnsweredBy | null;
  /** True if the conversation has a turn of the person. */
  readonly hasPersonSpoken: boolean;
  readonly outcome: Outcome | null;
  readonly endReason: string | null;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
  readonly durationSeconds: number | null;
  /** Longest conversation that the campaign allows; a computed duration is no longer. */
  readonly maxCallSeconds: number;
  readonly cost: string | null;
  readonly recordingUrl: string | null;
  readonly transcript: string | null;
  readonly summary: string | null;
  /** Time at which the person wants to be called again. */
  readonly callbackAt: Date | null;
}

/** Facts of a call that was just requested. */
export const NOTHING_KNOWN: CallFacts = {
  status: 'initiated',
  isPresumed: false,
  providerCallId: null,
  answeredBy: null,
  hasPersonSpoken: false,
  outcome: null,
  endReason: null,
  answeredAt: null,
  endedAt: null,
  durationSeconds: null,
  maxCallSeconds: Infinity,
  cost: null,
  recordingUrl: null,
  transcript: null,
  summary: null,
  callbackAt: null,
};

/**
 * Returns the facts after one more call report. The status never moves backwards. Other facts fill in what is missing,
 * so that any order of the same reports gives the same facts.
 * A final report of the provider replaces whatever Outdial had concluded (`isPresumed`). Later conclusions of Outdial
 * are ignored.
 */
export function applyCallReport(before: CallFacts, report: CallReport): CallFacts {
  if (isOutdated(before, report)) return before;
  const facts = withoutGuesses(before, report);
  const isEnd = report.status !== undefined && isFinalCallStatus(report.status);
  const status = report.status ? nextCallStatus(facts.status, report.status) : facts.status;
  const filled: CallFacts = {
    ...facts,
    status,
    isPresumed: isEnd && !isFinalCallStatus(facts.status) ? report.isPresumed === true : facts.isPresumed,
    providerCallId: facts.providerCallId ?? report.providerCallId,
    answeredBy: knownAnsweredBy(facts.answeredBy, report.answeredBy),
    hasPersonSpoken: facts.hasPersonSpoken || isPersonIn(report.messages),
    outcome: knownOutcome(facts, report.outcome),
    endReason: knownEndReason(facts.endReason, report),
    answeredAt: facts.answeredAt ?? (report.status === 'in_progress' ? report.occurredAt : null),
    endedAt: facts.endedAt ?? (isEnd ? report.occurredAt : null),
    durationSeconds: toldDuration(facts) ?? report.durationSeconds ?? null,
    cost: facts.cost ?? report.cost ?? null,
    recordingUrl: facts.recordingUrl ?? report.recordingUrl ?? null,
    transcript: facts.transcript ?? report.transcript ?? null,
    summary: facts.summary ?? report.summary ?? null,
    callbackAt: facts.callbackAt ?? report.callbackAt ?? null,
  };
  return derived(filled, report.outcome);
}

/** True for a conclusion of Outdial about a call whose end the provider has reported. */
function isOutdated(facts: CallFacts, report: CallReport): boolean {
  return report.isPresumed === true && isFinalCallStatus(facts.status) && !facts.isPresumed;
}

export function isPersonIn(messages: readonly ConversationTurn[] | undefined): boolean {
  return messages?.some(({ role }) => role === 'person') ?? false;
}

/** Returns the outcome: an opt-out always counts, and a conclusion of Outdial yields to any report. */
function knownOutcome(facts: CallFacts, reported: Outcome | undefined): Outcome | null {
  const known = facts.outcome;
  if (reported === 'opt_out') return reported;
  return hasGuessedOutcome(facts) ? (reported ?? known) : (known ?? reported ?? null);
}

/**
 * Returns the end reason. A verdict, which has no status, knows better than the provider's signal why the call ended.
 */
function knownEndReason(known: string | null, { status, endReason }: CallReport): string | null {
  if (known === LOST_REASON) return endReason ?? known;
  return (status === undefined ? (endReason ?? known) : (known ?? endReason)) ?? null;
}

function knownAnsweredBy(known: AnsweredBy | null, reported: AnsweredBy | undefined): AnsweredBy | null {
  return known && known !== 'unknown' ? known : (reported ?? known);
}

export function isMachine(answeredBy: AnsweredBy | null): boolean {
  return answeredBy === 'machine' || answeredBy === 'fax';
}

/** Returns the facts with those that follow from the others once a call has ended. */
function derived(facts: CallFacts, reportedOutcome: Outcome | undefined): CallFacts {
  if (!isFinalCallStatus(facts.status)) return facts;
  return {
    ...facts,
    outcome: refinedOutcome(facts, reportedOutcome),
    durationSeconds: facts.durationSeconds ?? reckonedDuration(facts),
  };
}

/**
 * Returns the outcome that a status alone gives; null if it says nothing about the person. A lost call that was
 * answered is known to have been.
 */
export function outcomeOf(status: CallStatus, answeredBy: AnsweredBy | null): Outcome | null {
  switch (status) {
    case 'completed':
      return isMachine(answeredBy) ? 'voicemail' : 'reached';
    case 'lost':
      if (isMachine(answeredBy)) return 'voicemail';
      return answeredBy === 'human' ? 'reached' : 'lost';
    case 'no_answer':
    case 'busy':
      return status;
    case 'failed':
      return 'provider_error';
    default:
      return null;
  }
}

/**
 * Returns the refined outcome. A reported verdict replaces a derived one, and a machine that is reported late replaces
 * `reached`.
 */
function refinedOutcome(facts: CallFacts, reported: Outcome | undefined): Outcome | null {
  const isRejection = facts.isPresumed && facts.status === 'failed';
  const fromStatus = isRejection ? 'refused' : outcomeOf(facts.status, personOr(facts));
  const known = credible(facts);
  const isDerived = known === null || known === 'reached' || known === 'lost' || known === fromStatus;
  if (!isDerived) return known;
  const told = credible({ ...facts, outcome: reported ?? null });
  if (told !== null && told !== 'lost') return told;
  const isKnownToBeReached = known === 'reached' && facts.status === 'lost' && !isMachine(facts.answeredBy);
  return isKnownToBeReached ? known : fromStatus;
}

/** Returns who answered: a person if somebody talked, unless the provider reported a machine. */
function personOr({ answeredBy, hasPersonSpoken }: CallFacts): AnsweredBy | null {
  return hasPersonSpoken && !isMachine(answeredBy) ? 'human' : answeredBy;
}

/**
 * Returns the outcome if it is credible. A greeting that says "I will call you back" agreed to nothing, and a person
 * who talked was reached. An opt-out is always credible.
 */
function credible({ outcome, answeredBy, status }: CallFacts): Outcome | null {
  const isOfTalk = outcome === 'reached' || outcome === 'goal_reached' || outcome === 'callback_requested';
  if (isOfTalk && isMachine(answeredBy)) return null;
  const wasAnswered = status === 'completed' || status === 'busy';
  return outcome === 'no_answer' && wasAnswered ? null : outcome;
}

/** Returns the reported duration; null if there is none. A computed duration gives way to a reported one. */
function toldDuration(facts: CallFacts): number | null {
  return facts.durationSeconds === reckonedDuration(facts) ? null : facts.durationSeconds;
}

/**
 * Returns the seconds from answer to end, if the provider reported both. An end that Outdial concluded is not the end
 * of a conversation.
 */
function reckonedDuration({ answeredAt, endedAt, isPresumed, maxCallSeconds }: CallFacts): number | null {
  if (!answeredAt || !endedAt || isPresumed) return null;
  const seconds = Math.round((endedAt.getTime() - answeredAt.getTime()) / 1000);
  return Math.min(Math.max(0, seconds), maxCallSeconds);
}

import type { CallEvent, ConversationTurn } from './call-report.js';
import { isFinalCallStatus, nextCallStatus, type CallStatus } from './call-status.js';
import type { AnsweredBy, Outcome } from './outcome.js';
import { hasGuessedOutcome, LOST_REASON, withoutGuesses } from './presumed-end.js';

/** What is known of a call. Null: not yet, or never. */
export interface CallFacts {
  readonly status: CallStatus;
  /** The status is final, and Outdial's own conclusion. */
  readonly isPresumed: boolean;
  readonly providerCallId: string | null;
  readonly answeredBy: AnsweredBy | null;
  /** Its conversation has a turn of the person's. */
  readonly hasPersonSpoken: boolean;
  readonly outcome: Outcome | null;
  readonly endReason: string | null;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
  readonly durationSeconds: number | null;
  /** The longest conversation that its campaign allows: a reckoned duration is no longer. */
  readonly maxCallSeconds: number;
  readonly cost: string | null;
  readonly recordingUrl: string | null;
  readonly transcript: string | null;
  readonly summary: string | null;
  /** When the person asked to be called again. */
  readonly callbackAt: Date | null;
}

/** Of a call that was just asked for. */
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
 * What is known after one more event. The status never moves backwards; other facts fill in what is missing, however
 * late they come, so that any order of the same events gives the same facts. A final word of the provider replaces
 * whatever Outdial had concluded (`isPresumed`), and nothing that Outdial concludes later counts beside it.
 */
export function applyCallEvent(before: CallFacts, event: CallEvent): CallFacts {
  if (isOutdated(before, event)) return before;
  const facts = withoutGuesses(before, event);
  const isEnd = event.status !== undefined && isFinalCallStatus(event.status);
  const status = event.status ? nextCallStatus(facts.status, event.status) : facts.status;
  const filled: CallFacts = {
    ...facts,
    status,
    isPresumed: isEnd && !isFinalCallStatus(facts.status) ? event.isPresumed === true : facts.isPresumed,
    providerCallId: facts.providerCallId ?? event.providerCallId,
    answeredBy: knownAnsweredBy(facts.answeredBy, event.answeredBy),
    hasPersonSpoken: facts.hasPersonSpoken || isPersonIn(event.messages),
    outcome: knownOutcome(facts, event.outcome),
    endReason: knownEndReason(facts.endReason, event),
    answeredAt: facts.answeredAt ?? (event.status === 'in_progress' ? event.occurredAt : null),
    endedAt: facts.endedAt ?? (isEnd ? event.occurredAt : null),
    durationSeconds: toldDuration(facts) ?? event.durationSeconds ?? null,
    cost: facts.cost ?? event.cost ?? null,
    recordingUrl: facts.recordingUrl ?? event.recordingUrl ?? null,
    transcript: facts.transcript ?? event.transcript ?? null,
    summary: facts.summary ?? event.summary ?? null,
    callbackAt: facts.callbackAt ?? event.callbackAt ?? null,
  };
  return derived(filled, event.outcome);
}

/** A conclusion of ours about a call of which the provider has told the end. */
function isOutdated(facts: CallFacts, event: CallEvent): boolean {
  return event.isPresumed === true && isFinalCallStatus(facts.status) && !facts.isPresumed;
}

export function isPersonIn(messages: readonly ConversationTurn[] | undefined): boolean {
  return messages?.some(({ role }) => role === 'person') ?? false;
}

/** An opt-out always counts; a conclusion of Outdial's yields to any report. */
function knownOutcome(facts: CallFacts, reported: Outcome | undefined): Outcome | null {
  const known = facts.outcome;
  if (reported === 'opt_out') return reported;
  return hasGuessedOutcome(facts) ? (reported ?? known) : (known ?? reported ?? null);
}

/** A verdict on a call that has ended, or will, knows better what became of it than the line does. */
function knownEndReason(known: string | null, { status, endReason }: CallEvent): string | null {
  if (known === LOST_REASON) return endReason ?? known;
  return (status === undefined ? (endReason ?? known) : (known ?? endReason)) ?? null;
}

function knownAnsweredBy(known: AnsweredBy | null, reported: AnsweredBy | undefined): AnsweredBy | null {
  return known && known !== 'unknown' ? known : (reported ?? known);
}

export function isMachine(answeredBy: AnsweredBy | null): boolean {
  return answeredBy === 'machine' || answeredBy === 'fax';
}

/** Facts that follow from the others once a call has ended. */
function derived(facts: CallFacts, reportedOutcome: Outcome | undefined): CallFacts {
  if (!isFinalCallStatus(facts.status)) return facts;
  return {
    ...facts,
    outcome: refinedOutcome(facts, reportedOutcome),
    durationSeconds: facts.durationSeconds ?? reckonedDuration(facts),
  };
}

/**
 * Outcome that a status alone gives; null where it says nothing about the person. A lost call that was taken is known
 * to have been.
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
 * A verdict that was only derived gives way to one that was reported, and `reached` to a machine that was told late.
 */
function refinedOutcome(facts: CallFacts, reported: Outcome | undefined): Outcome | null {
  const isRefusal = facts.isPresumed && facts.status === 'failed';
  const fromStatus = isRefusal ? 'refused' : outcomeOf(facts.status, personOr(facts));
  const known = credible(facts);
  const isDerived = known === null || known === 'reached' || known === 'lost' || known === fromStatus;
  if (!isDerived) return known;
  const told = credible({ ...facts, outcome: reported ?? null });
  if (told !== null && told !== 'lost') return told;
  const isKnownToBeReached = known === 'reached' && facts.status === 'lost' && !isMachine(facts.answeredBy);
  return isKnownToBeReached ? known : fromStatus;
}

/** Tells who took the call: somebody who talked was a person, unless a machine was told. */
function personOr({ answeredBy, hasPersonSpoken }: CallFacts): AnsweredBy | null {
  return hasPersonSpoken && !isMachine(answeredBy) ? 'human' : answeredBy;
}

/**
 * A greeting that says "I will call you back" has agreed to nothing, and whoever has talked was not out. A wish not to
 * be called is believed of anybody.
 */
function credible({ outcome, answeredBy, status }: CallFacts): Outcome | null {
  const isOfTalk = outcome === 'reached' || outcome === 'goal_reached' || outcome === 'callback_requested';
  if (isOfTalk && isMachine(answeredBy)) return null;
  const wasTaken = status === 'completed' || status === 'busy';
  return outcome === 'no_answer' && wasTaken ? null : outcome;
}

/** Null where the provider has told none: one that was reckoned gives way to one that is told. */
function toldDuration(facts: CallFacts): number | null {
  return facts.durationSeconds === reckonedDuration(facts) ? null : facts.durationSeconds;
}

/**
 * From answer to end, where the provider told both: the end of a call that Outdial has concluded is no end of a
 * conversation.
 */
function reckonedDuration({ answeredAt, endedAt, isPresumed, maxCallSeconds }: CallFacts): number | null {
  if (!answeredAt || !endedAt || isPresumed) return null;
  const seconds = Math.round((endedAt.getTime() - answeredAt.getTime()) / 1000);
  return Math.min(Math.max(0, seconds), maxCallSeconds);
}

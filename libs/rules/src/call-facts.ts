import type { CallEvent } from './call-event.js';
import { isFinalCallStatus, nextCallStatus, type CallStatus } from './call-status.js';
import type { AnsweredBy, Outcome } from './outcome.js';

/** What is known of a call. Null: not yet, or never. */
export interface CallFacts {
  readonly status: CallStatus;
  readonly providerCallId: string | null;
  readonly answeredBy: AnsweredBy | null;
  readonly outcome: Outcome | null;
  readonly endReason: string | null;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
  readonly durationSeconds: number | null;
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
  providerCallId: null,
  answeredBy: null,
  outcome: null,
  endReason: null,
  answeredAt: null,
  endedAt: null,
  durationSeconds: null,
  cost: null,
  recordingUrl: null,
  transcript: null,
  summary: null,
  callbackAt: null,
};

/**
 * What is known after one more event. The status never moves backwards; other facts fill in what is missing, however late they
 * come, so that any order of the same events gives the same facts.
 */
export function applyCallEvent(facts: CallFacts, event: CallEvent): CallFacts {
  const status = event.status ? nextCallStatus(facts.status, event.status) : facts.status;
  const filled: CallFacts = {
    ...facts,
    status,
    providerCallId: facts.providerCallId ?? event.providerCallId,
    answeredBy: knownAnsweredBy(facts.answeredBy, event.answeredBy),
    outcome: knownOutcome(facts.outcome, event.outcome),
    endReason: knownEndReason(facts.endReason, event),
    answeredAt: facts.answeredAt ?? (event.status === 'in_progress' ? event.occurredAt : null),
    endedAt: facts.endedAt ?? (event.status && isFinalCallStatus(event.status) ? event.occurredAt : null),
    durationSeconds: facts.durationSeconds ?? event.durationSeconds ?? null,
    cost: facts.cost ?? event.cost ?? null,
    recordingUrl: facts.recordingUrl ?? event.recordingUrl ?? null,
    transcript: facts.transcript ?? event.transcript ?? null,
    summary: facts.summary ?? event.summary ?? null,
    callbackAt: facts.callbackAt ?? event.callbackAt ?? null,
  };
  return derived(filled, event.outcome);
}

/** Whoever does not want to be called again has the last word. */
function knownOutcome(known: Outcome | null, reported: Outcome | undefined): Outcome | null {
  return reported === 'opt_out' ? reported : (known ?? reported ?? null);
}

/** A verdict on a call that has ended, or will, knows better what became of it than the line does. */
function knownEndReason(known: string | null, { status, endReason }: CallEvent): string | null {
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
    durationSeconds: facts.durationSeconds ?? secondsBetween(facts.answeredAt, facts.endedAt),
  };
}

/** What a status alone says; null where it says nothing about the person. */
export function outcomeOf(status: CallStatus, answeredBy: AnsweredBy | null): Outcome | null {
  switch (status) {
    case 'completed':
      return isMachine(answeredBy) ? 'voicemail' : 'reached';
    case 'no_answer':
    case 'busy':
    case 'lost':
      return status;
    case 'failed':
      return 'provider_error';
    default:
      return null;
  }
}

/** A verdict that was only derived gives way to one that was reported, and `reached` to a machine that was told late. */
function refinedOutcome(facts: CallFacts, reported: Outcome | undefined): Outcome | null {
  const fromStatus = outcomeOf(facts.status, facts.answeredBy);
  const known = credible(facts);
  const isDerived = known === null || known === 'reached' || known === fromStatus;
  return isDerived ? (credible({ ...facts, outcome: reported ?? null }) ?? fromStatus) : known;
}

/**
 * A greeting that says "I will call you back" has agreed to nothing, and whoever has talked was not out. A wish not to be called is believed
 * of anybody.
 */
function credible({ outcome, answeredBy, status }: CallFacts): Outcome | null {
  const isOfTalk = outcome === 'goal_reached' || outcome === 'callback_requested';
  const isOfSilence = outcome === 'no_answer';
  return (isOfTalk && isMachine(answeredBy)) || (isOfSilence && status === 'completed') ? null : outcome;
}

function secondsBetween(from: Date | null, to: Date | null): number | null {
  return from && to ? Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000)) : null;
}

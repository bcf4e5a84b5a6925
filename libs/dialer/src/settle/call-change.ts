import type { LockedCall } from '#database/statements/engine/locks/lock-calls.js';
import type { CallEvent, ConversationTurn } from '#rules/call/call-report.js';
import { applyCallEvent, isMachine, type CallFacts } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { saidOf, type FirstWordsSaid } from '#rules/first-words/first-words.js';

/** A call before and after the events of one batch. */
export interface CallChange {
  readonly before: LockedCall;
  readonly facts: CallFacts;
  readonly messages: readonly ConversationTurn[] | null;
  /** The provider has told that a call goes on which was given up before. */
  readonly isAliveAfterAll: boolean;
  readonly firstWordsSaid: FirstWordsSaid | null;
}

/** Folds the events that are new into what was known. */
export function factsAfter(call: LockedCall, events: readonly CallEvent[]): CallChange {
  const facts = events.reduce(applyCallEvent, knownFacts(call));
  const messages = events.find((event) => event.messages)?.messages ?? null;
  return {
    before: call,
    facts,
    messages,
    isAliveAfterAll: call.is_presumed && facts.isPresumed && events.some(isLiveReport),
    firstWordsSaid: saidOf({
      words: call.first_words,
      status: facts.status,
      wasAnswered: facts.answeredAt !== null || facts.status === 'completed',
      turns: messages,
      isPromptPlayed: events.some(({ isPromptPlayed }) => isPromptPlayed === true),
      known: call.first_words_said,
    }),
  };
}

/** Words of the provider's, and not conclusions of ours, which name no call of its. */
function isLiveReport({ status, providerCallId }: CallEvent): boolean {
  return providerCallId !== null && status !== undefined && !isFinalCallStatus(status);
}

/** A call that is on the line, as far as anybody knows, has ended by now. */
export function hasEnded({ before, facts }: CallChange): boolean {
  return !isFinalCallStatus(before.status) && isFinalCallStatus(facts.status);
}

/** The provider has told the end of a call that was given up before. */
export function isEndTold({ before, facts }: CallChange): boolean {
  return before.is_presumed && !facts.isPresumed;
}

/** Outdial has just given the call up. */
export function isGivenUp(change: CallChange): boolean {
  return hasEnded(change) && change.facts.status === 'lost';
}

/** It was just told that a machine has taken a call that goes on, in a campaign that has nothing to say to machines. */
export function isMachineToHangUpOn({ before, facts }: CallChange): boolean {
  const isNews = isMachine(facts.answeredBy) && !isMachine(before.answered_by);
  return isNews && before.voicemail_action === 'hangup' && !isFinalCallStatus(facts.status);
}

/** A conversation is over, and nobody has said what it has cost; others cost nothing as a rule. */
export function hasEndedWithoutCost(change: CallChange): boolean {
  const { status, cost, providerCallId } = change.facts;
  const isNews = hasEnded(change) || isEndTold(change);
  return isNews && status === 'completed' && cost === null && providerCallId !== null;
}

export function knownFacts(call: LockedCall): CallFacts {
  return {
    status: call.status,
    isPresumed: call.is_presumed,
    providerCallId: call.provider_call_id,
    answeredBy: call.answered_by,
    hasPersonSpoken: call.has_person_spoken,
    outcome: call.outcome,
    endReason: call.end_reason,
    answeredAt: call.answered_at,
    endedAt: call.ended_at,
    durationSeconds: call.duration_seconds,
    maxCallSeconds: call.max_call_seconds,
    cost: call.cost,
    recordingUrl: call.recording_url,
    transcript: call.transcript,
    summary: call.summary,
    callbackAt: call.callback_at,
  };
}

import type { LockedCall } from '#database/statements/engine/locks/lock-calls.js';
import type { CallReport, ConversationTurn } from '#rules/call/call-report.js';
import { applyCallReport, isMachine, type CallFacts } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { saidOf, type FirstWordsSaid } from '#rules/first-words/first-words.js';

/** A call before and after the reports of one batch. */
export interface CallChange {
  readonly before: LockedCall;
  readonly facts: CallFacts;
  readonly messages: readonly ConversationTurn[] | null;
  /** True if the provider reports that a given-up call is still live. */
  readonly isAliveAfterAll: boolean;
  readonly firstWordsSaid: FirstWordsSaid | null;
}

/** Applies the new reports to what was known of a call. */
export function factsAfter(call: LockedCall, reports: readonly CallReport[]): CallChange {
  const facts = reports.reduce(applyCallReport, knownFacts(call));
  const messages = reports.find((report) => report.messages)?.messages ?? null;
  return {
    before: call,
    facts,
    messages,
    isAliveAfterAll: call.is_presumed && facts.isPresumed && reports.some(isLiveReport),
    firstWordsSaid: saidOf({
      words: call.first_words,
      status: facts.status,
      wasAnswered: facts.answeredAt !== null || facts.status === 'completed',
      turns: messages,
      isPromptPlayed: reports.some(({ isPromptPlayed }) => isPromptPlayed === true),
      known: call.first_words_said,
    }),
  };
}

/** Returns true for a live status from the provider. Outdial's own conclusions carry no call id of the provider. */
function isLiveReport({ status, providerCallId }: CallReport): boolean {
  return providerCallId !== null && status !== undefined && !isFinalCallStatus(status);
}

/** Returns true if a live call has ended by now. */
export function hasEnded({ before, facts }: CallChange): boolean {
  return !isFinalCallStatus(before.status) && isFinalCallStatus(facts.status);
}

/** Returns true if the provider has reported the end of a call that was given up before. */
export function isEndTold({ before, facts }: CallChange): boolean {
  return before.is_presumed && !facts.isPresumed;
}

/** Returns true if Outdial has just given up the call. */
export function isGivenUp(change: CallChange): boolean {
  return hasEnded(change) && change.facts.status === 'lost';
}

/** Returns true if a machine was just found to have answered a live call whose campaign hangs up on machines. */
export function isMachineToHangUpOn({ before, facts }: CallChange): boolean {
  const isNews = isMachine(facts.answeredBy) && !isMachine(before.answered_by);
  return isNews && before.voicemail_action === 'hangup' && !isFinalCallStatus(facts.status);
}

/** Returns true if a conversation has ended and nothing reports its cost. Other calls cost nothing as a rule. */
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

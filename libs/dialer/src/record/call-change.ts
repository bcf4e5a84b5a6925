import type { LockedCall } from '#database/statements/lock-calls.js';
import type { CallEvent, ConversationTurn } from '#rules/call-event.js';
import { applyCallEvent, isMachine, type CallFacts } from '#rules/call-facts.js';
import { isFinalCallStatus } from '#rules/call-status.js';

/** A call before and after the events of one batch. */
export interface CallChange {
  readonly before: LockedCall;
  readonly facts: CallFacts;
  readonly messages: readonly ConversationTurn[] | null;
}

/** Folds the events that are new into what was known. */
export function factsAfter(call: LockedCall, events: readonly CallEvent[]): CallChange {
  return {
    before: call,
    facts: events.reduce(applyCallEvent, knownFacts(call)),
    messages: events.find((event) => event.messages)?.messages ?? null,
  };
}

/** It was just told that a machine has taken a call that goes on, in a campaign that has nothing to say to machines. */
export function isMachineToHangUpOn({ before, facts }: CallChange): boolean {
  const isNews = isMachine(facts.answeredBy) && !isMachine(before.answered_by);
  return isNews && before.voicemail_action === 'hangup' && !isFinalCallStatus(facts.status);
}

/** A conversation is over, and nobody has said what it has cost; others cost nothing as a rule. */
export function hasEndedWithoutCost({ before, facts }: CallChange): boolean {
  const hasEnded = !isFinalCallStatus(before.status) && facts.status === 'completed';
  return hasEnded && facts.cost === null && facts.providerCallId !== null;
}

function knownFacts(call: LockedCall): CallFacts {
  return {
    status: call.status,
    providerCallId: call.provider_call_id,
    answeredBy: call.answered_by,
    outcome: call.outcome,
    endReason: call.end_reason,
    answeredAt: call.answered_at,
    endedAt: call.ended_at,
    durationSeconds: call.duration_seconds,
    cost: call.cost,
    recordingUrl: call.recording_url,
    transcript: call.transcript,
    summary: call.summary,
    callbackAt: call.callback_at,
  };
}

import type { LockedCall } from '#database/statements/lock-calls.js';
import type { CallEvent, ConversationTurn } from '#rules/call-event.js';
import { applyCallEvent, type CallFacts } from '#rules/call-facts.js';

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

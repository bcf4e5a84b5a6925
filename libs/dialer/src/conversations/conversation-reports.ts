import { transcriptOf, type EndedTalk, type Verdict } from '#agent/conclude.js';
import { asksNotToBeCalled } from '#agent/opt-out/opt-out.js';
import type { DueConversation } from '#database/statements/conversations/due-conversations.js';
import { mainZoneOf } from '#geography/number-zones.js';
import type { CallEvent } from '#rules/call/call-report.js';
import { likeliestZone } from '#rules/area/likeliest-zone.js';
import { faultOf } from '#rules/access/session-end.js';
import { renderedTexts } from '#rules/template/template.js';

export function toEndedTalk(due: DueConversation): EndedTalk {
  return {
    systemPrompt: renderedTexts(due).system_prompt,
    startedAt: due.began_at,
    timeZone: due.timezone ?? likeliestZone(due.zones, mainZoneOf(due.country), due.began_at),
    turns: due.messages,
  };
}

/**
 * What is known of a conversation before anybody is asked what it came to: what was said in it, that the person does
 * not want to be called again where their words leave no doubt, or that it never took place through a fault of ours.
 * Null: nothing.
 */
export function toldEvent(due: DueConversation): CallEvent | null {
  const verdict = plainVerdict(due);
  const hasTurns = due.messages.length > 0;
  if (!hasTurns && verdict === null) return null;
  return {
    ...eventOf(due, 'told'),
    ...(hasTurns ? { messages: due.messages, transcript: transcriptOf(due.messages) } : {}),
    ...verdict,
  };
}

function plainVerdict(due: DueConversation): Pick<CallEvent, 'outcome' | 'endReason'> | null {
  if (asksNotToBeCalled(due.messages, due.language)) return { outcome: 'opt_out' };
  const endReason = faultOf({ sessionEnd: due.session_end, hasAnswered: due.has_answered });
  return endReason === null ? null : { outcome: 'provider_error', endReason };
}

/** What a model takes it to have come to. */
export function verdictEvent(due: DueConversation, verdict: Verdict): CallEvent {
  return { ...eventOf(due, 'verdict'), ...verdict };
}

/** The same name whoever concludes it, and however often: it counts once. */
function eventOf(
  { dialer_job_id: dialerJobId, provider_call_id: providerCallId, sessions, now }: DueConversation,
  what: string,
): Pick<CallEvent, 'eventKey' | 'dialerJobId' | 'providerCallId' | 'occurredAt'> {
  return { eventKey: `relay:${sessions}:${what}`, dialerJobId, providerCallId, occurredAt: now };
}

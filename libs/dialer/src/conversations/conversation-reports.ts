import { transcriptOf, type EndedTalk, type Verdict } from '#agent/conclude.js';
import { asksNotToBeCalled } from '#agent/opt-out/opt-out.js';
import type { DueConversation } from '#database/statements/conversations/due-conversations.js';
import { mainZoneOf } from '#geography/number-zones.js';
import type { CallReport } from '#rules/call/call-report.js';
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
 * Returns what is known of a conversation without a model. That is its turns, a plain opt-out, or a fault of Outdial
 * that kept it from taking place. Null: nothing is known.
 */
export function toldReport(due: DueConversation): CallReport | null {
  const verdict = plainVerdict(due);
  const hasTurns = due.messages.length > 0;
  if (!hasTurns && verdict === null) return null;
  return {
    ...reportOf(due, 'told'),
    ...(hasTurns ? { messages: due.messages, transcript: transcriptOf(due.messages) } : {}),
    ...verdict,
  };
}

function plainVerdict(due: DueConversation): Pick<CallReport, 'outcome' | 'endReason'> | null {
  if (asksNotToBeCalled(due.messages, due.language)) return { outcome: 'opt_out' };
  const endReason = faultOf({ sessionEnd: due.session_end, hasAnswered: due.has_answered });
  return endReason === null ? null : { outcome: 'provider_error', endReason };
}

/** Returns the model's verdict on a conversation. */
export function verdictReport(due: DueConversation, verdict: Verdict): CallReport {
  return { ...reportOf(due, 'verdict'), ...verdict };
}

/** Names a report by its conversation, so that it counts once, whichever worker concludes it and how often. */
function reportOf(
  { dialer_job_id: dialerJobId, provider_call_id: providerCallId, sessions, now }: DueConversation,
  what: string,
): Pick<CallReport, 'reportKey' | 'dialerJobId' | 'providerCallId' | 'occurredAt'> {
  return { reportKey: `relay:${sessions}:${what}`, dialerJobId, providerCallId, occurredAt: now };
}

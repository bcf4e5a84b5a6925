import type { CallReport, ConversationTurn } from '#rules/call/call-report.js';
import { seededRandom } from '#rules/values/seeded-random.js';
import { durationSeconds, type AnsweredScript } from './call-script.js';
import { toRecordingUrl } from './call-terms.js';
import { conversation } from '../conversation/conversation.js';
import { summaryOf } from './conversation-summary.js';
import type { SimulatedCall } from './simulated-call.js';

export type EndOfCall = Pick<CallReport, 'transcript' | 'summary' | 'messages' | 'recordingUrl' | 'cost'>;

/** Returns the facts that are known only after the end; none if the call was not answered. */
export function endOfCall(call: SimulatedCall): EndOfCall {
  const { script, terms } = call;
  if (script.kind === 'unanswered') return {};
  const messages = conversationOf(call, script);
  return {
    transcript: transcriptOf(messages),
    summary: summaryOf(script, seededRandom(terms.course, 'summary')),
    messages,
    recordingUrl: toRecordingUrl(terms),
    cost: costOf(script),
  };
}

export function conversationOf({ terms, briefing }: SimulatedCall, script: AnsweredScript): ConversationTurn[] {
  const plot = {
    outcome: script.outcome,
    isCutShort: script.endReason === 'hung_up' || script.endReason === 'max_duration',
    durationSeconds: durationSeconds(script),
  };
  return conversation(plot, briefing, seededRandom(terms.course, 'conversation'));
}

const SPEAKERS = { agent: 'Agent', person: 'Person' } as const;

function transcriptOf(messages: readonly ConversationTurn[]): string {
  return messages.map(({ role, text }) => `${SPEAKERS[role]}: ${text}`).join('\n');
}

const COST_PER_MINUTE = 0.014;

/** Bills every minute that has begun, from the answer on. */
function costOf({ answeredAtMs, endsAtMs }: AnsweredScript): string {
  const minutes = Math.max(1, Math.ceil((endsAtMs - answeredAtMs) / 60_000));
  return (minutes * COST_PER_MINUTE).toFixed(4);
}

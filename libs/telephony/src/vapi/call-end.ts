import type { CallReport, ConversationTurn } from '#rules/call/call-report.js';
import type { Outcome } from '#rules/call/outcome.js';
import { hasWishes, isJudgedSuccess, wishesIn } from './analysis.js';
import { endingOf, endingWithoutWord, isOpen, type CallEnding } from './call-ending.js';
import { hasPersonSpoken, isConversationTold, signsOf, turnsIn } from './conversation.js';
import { endKindOf } from './end-kind.js';
import type { JsonObject } from './json-object.js';
import { apiAddress } from './vapi-api.js';

export type CallEnd = Pick<
  CallReport,
  | 'status'
  | 'answeredBy'
  | 'outcome'
  | 'endReason'
  | 'notPlaced'
  | 'durationSeconds'
  | 'cost'
  | 'recordingUrl'
  | 'transcript'
  | 'summary'
  | 'messages'
  | 'callbackAt'
> & {
  /** Names of known facts that may come later than the end. */
  readonly known: readonly string[];
};

interface Telling {
  readonly callId: string;
  readonly apiUrl: string;
  readonly endedAt: Date;
  /** Absent for an end-of-call report: no further fact follows it. */
  readonly now?: Date;
}

/** Reads the end of a call. The report (`end-of-call-report`) and the call resource have the same fields. */
export function toEnd(told: JsonObject, telling: Telling): CallEnd {
  const [artifact, analysis] = [told.at('artifact'), told.at('analysis')];
  const messages = turnsIn(told);
  const reason = told.text('endedReason');
  const ending = conclusionOf(told, telling);
  const late = {
    ...verdictOf(analysis, { ending, messages, endedAt: telling.endedAt }),
    recordingUrl: isRecorded(artifact) ? recordingUrlOf(telling) : undefined,
    transcript: artifact.text('transcript'),
    summary: analysis.text('summary'),
    messages: messages.length > 0 ? messages : undefined,
  };
  return {
    ...ending,
    ...late,
    endReason: reason,
    durationSeconds: ending?.status === 'completed' ? secondsOf(told) : undefined,
    cost: costOf(told),
    known: [reason ?? '', ending ? '' : 'open', ...namesOf(late), hasWishes(analysis) ? 'wishes' : ''].filter(Boolean),
  };
}

function namesOf(facts: object): string[] {
  return Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** Longest time after the end for which an answered call's conversation may be missing from the resource. */
const TELLS_TALK_WITHIN_MS = 120_000;

/** Concludes how the call ended; undefined: that is unknown, or not known yet. */
function conclusionOf(told: JsonObject, { endedAt, now }: Telling): CallEnding | undefined {
  const reason = told.text('endedReason');
  const signs = signsOf(told);
  if (reason === undefined) return endingWithoutWord(signs);
  const kind = endKindOf(reason);
  const ending = endingOf(kind, signs);
  const isLate = now === undefined || now.getTime() - endedAt.getTime() >= TELLS_TALK_WITHIN_MS;
  const isUntold = signs.isAnswered && !isConversationTold(told);
  return isOpen(kind, ending) && isUntold && !isLate ? undefined : ending;
}

interface Judged {
  readonly ending: CallEnding | undefined;
  readonly messages: readonly ConversationTurn[];
  readonly endedAt: Date;
}

/** Reads what models concluded from the call. A machine has no wishes. An opt-out counts even if the call broke off. */
function verdictOf(
  analysis: JsonObject,
  { ending, messages, endedAt }: Judged,
): Pick<CallReport, 'outcome' | 'callbackAt'> {
  const outcome: Outcome | undefined = ending?.outcome;
  if (ending?.answeredBy !== undefined) return { outcome };
  const { isOptOut, callback } = wishesIn(analysis, endedAt);
  if (isOptOut) return { outcome: 'opt_out' };
  if (ending?.status !== 'completed' || !hasPersonSpoken(messages)) return { outcome };
  if (callback) return { outcome: 'callback_requested', callbackAt: callback.at };
  return { outcome: isJudgedSuccess(analysis) ? 'goal_reached' : outcome };
}

function secondsOf(told: JsonObject): number | undefined {
  const [startedAt, endedAt] = [told.time('startedAt'), told.time('endedAt')];
  return startedAt && endedAt ? Math.max(0, Math.round((endedAt.getTime() - startedAt.getTime()) / 1000)) : undefined;
}

/** Returns US dollars. Vapi tells zero until it has computed the cost. */
function costOf(told: JsonObject): string | undefined {
  const cost = told.number('cost');
  return cost === undefined || cost <= 0 ? undefined : cost.toFixed(4);
}

function isRecorded(artifact: JsonObject): boolean {
  const recording = artifact.at('recording');
  const urls = [
    artifact.text('recordingUrl'),
    artifact.text('stereoRecordingUrl'),
    artifact.text('presignedMonoUrl'),
    recording.text('stereoUrl'),
    recording.at('mono').text('combinedUrl'),
  ];
  return urls.some((url) => url !== undefined);
}

/**
 * Returns an address of the recording that stays valid. The addresses in the call expire or are closed to everybody:
 * https://docs.vapi.ai/assistants/retrieve-call-artifacts.
 */
function recordingUrlOf({ callId, apiUrl }: Telling): string {
  return apiAddress(apiUrl, `call/${callId}/mono-recording`).href;
}

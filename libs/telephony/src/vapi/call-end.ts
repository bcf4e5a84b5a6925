import type { CallEvent, ConversationTurn } from '#rules/call/call-report.js';
import type { Outcome } from '#rules/call/outcome.js';
import { hasWishes, isJudgedSuccess, wishesIn } from './analysis.js';
import { endingOf, endingWithoutWord, isOpen, type CallEnding } from './call-ending.js';
import { hasPersonSpoken, isConversationTold, signsOf, turnsIn } from './conversation.js';
import { endKindOf } from './end-kind.js';
import type { JsonObject } from './json-object.js';
import { apiAddress } from './vapi-api.js';

export type CallEnd = Pick<
  CallEvent,
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
  /** Names of those facts that may come later than the end. */
  readonly known: readonly string[];
};

interface Telling {
  readonly callId: string;
  readonly apiUrl: string;
  readonly endedAt: Date;
  /** Absent in a report: nothing is told after it. */
  readonly now?: Date;
}

/** The end of a call, as its report (`end-of-call-report`) and the call itself tell it, in fields of the same names. */
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

/** How long the conversation of a call that was taken may be missing from it. */
const TELLS_TALK_WITHIN_MS = 120_000;

/** Undefined: it cannot be told, or not yet. */
function conclusionOf(told: JsonObject, { endedAt, now }: Telling): CallEnding | undefined {
  const reason = told.text('endedReason');
  const signs = signsOf(told);
  if (reason === undefined) return endingWithoutWord(signs);
  const kind = endKindOf(reason);
  const ending = endingOf(kind, signs);
  const isLate = now === undefined || now.getTime() - endedAt.getTime() >= TELLS_TALK_WITHIN_MS;
  const isUntold = signs.isTaken && !isConversationTold(told);
  return isOpen(kind, ending) && isUntold && !isLate ? undefined : ending;
}

interface Judged {
  readonly ending: CallEnding | undefined;
  readonly messages: readonly ConversationTurn[];
  readonly endedAt: Date;
}

/**
 * What models made of the call. A machine wishes nothing; whatever broke the call off, that somebody does not want to
 * be called counts.
 */
function verdictOf(
  analysis: JsonObject,
  { ending, messages, endedAt }: Judged,
): Pick<CallEvent, 'outcome' | 'callbackAt'> {
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

/** US dollars; zero until it has been reckoned up. */
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
 * Of the addresses that come with a call some are closed to everybody and the others expire; this one stays, and is
 * open to us: https://docs.vapi.ai/assistants/retrieve-call-artifacts.
 */
function recordingUrlOf({ callId, apiUrl }: Telling): string {
  return apiAddress(apiUrl, `call/${callId}/mono-recording`).href;
}

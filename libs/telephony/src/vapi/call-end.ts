import type { CallEvent, ConversationTurn } from '#rules/call-event.js';
import type { Outcome } from '#rules/outcome.js';
import { endingOf, type CallEnding } from './call-ending.js';
import { JsonObject } from './json-object.js';
import { apiAddress } from './vapi-api.js';

export type CallEnd = Pick<
  CallEvent,
  | 'status'
  | 'answeredBy'
  | 'outcome'
  | 'endReason'
  | 'durationSeconds'
  | 'cost'
  | 'recordingUrl'
  | 'transcript'
  | 'summary'
  | 'messages'
> & {
  /** Names of those facts that may come later than the end. */
  readonly known: readonly string[];
};

/** The end of a call, as its report (`end-of-call-report`) and the call itself tell it, in fields of the same names. */
export function toEnd(told: JsonObject, { callId, apiUrl }: { callId: string; apiUrl: string }): CallEnd {
  const artifact = told.at('artifact');
  const messages = turnsOf(artifact.list('messages'));
  const reason = told.text('endedReason') ?? '';
  const ending = endingAfter(messages.length > 0, endingOf(reason));
  const late = {
    outcome: hasOptedOut(ending, told) ? ('opt_out' as const) : (ending.outcome ?? verdictOf(ending, told)),
    recordingUrl: isRecorded(artifact) ? recordingUrlOf(callId, apiUrl) : undefined,
    transcript: artifact.text('transcript'),
    summary: told.at('analysis').text('summary'),
    messages: messages.length > 0 ? messages : undefined,
  };
  return {
    ...ending,
    ...late,
    endReason: reason || undefined,
    durationSeconds: ending.status === 'completed' ? secondsOf(told) : undefined,
    cost: costOf(told),
    known: [reason, ...Object.entries(late).flatMap(([name, value]) => (value === undefined ? [] : [name]))],
  };
}

/** A call that was canceled while somebody spoke is one that was answered; it says no other reason than one that never was. */
function endingAfter(wasSpoken: boolean, ending: CallEnding): CallEnding {
  return ending.status === 'canceled' && wasSpoken ? { status: 'completed' } : ending;
}

/** What we have the model asked. A machine wishes nothing; whatever broke the call off, a wish counts. */
function hasOptedOut({ answeredBy }: CallEnding, told: JsonObject): boolean {
  return answeredBy === undefined && told.at('analysis').at('structuredData').isTrue('opt_out');
}

/** Unless told otherwise Vapi has a model judge, by the transcript and the prompt, whether the call came to what it was for. */
function verdictOf({ status, answeredBy }: CallEnding, told: JsonObject): Outcome | undefined {
  const isSuccess = told.at('analysis').text('successEvaluation') === 'true';
  return isSuccess && status === 'completed' && answeredBy === undefined ? 'goal_reached' : undefined;
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

const ROLES: ReadonlyMap<string, ConversationTurn['role']> = new Map([
  ['user', 'person'],
  ['bot', 'agent'],
  ['assistant', 'agent'],
]);

/** What was said; not the prompt, nor what tools were asked and answered. */
function turnsOf(messages: readonly unknown[]): ConversationTurn[] {
  return messages.flatMap((one) => {
    const message = new JsonObject(one);
    const role = ROLES.get(message.text('role') ?? '');
    const text = message.text('message')?.trim();
    if (!role || !text) return [];
    return [{ role, text, seconds_from_start: Math.max(0, message.number('secondsFromStart') ?? 0) }];
  });
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
 * Of the addresses that come with a call some are closed to everybody and the others expire; this one stays, and is open to us:
 * https://docs.vapi.ai/assistants/retrieve-call-artifacts.
 */
function recordingUrlOf(callId: string, apiUrl: string): string {
  return apiAddress(apiUrl, `call/${callId}/mono-recording`).href;
}

import { DateTime } from 'luxon';
import type { ConversationTurn } from '#rules/call/call-report.js';
import type { Outcome } from '#rules/call/outcome.js';
import { asStorableText } from '#rules/call/storable-report.js';
import { LATEST_CALLBACK_DAYS } from '#rules/call/told-values.js';
import { ChatError } from './chat-error.js';
import type { ChatMessage } from './chat-model.js';
import { CONCLUSION_SCHEMA, conclusionQuestion, zoneOf, type ConclusionAnswer } from './conclusion-question.js';

/** Answers a question in JSON, as a `ChatModel` does. */
export interface Judge {
  ask(messages: readonly ChatMessage[], jsonSchema: object, signal: AbortSignal): Promise<unknown>;
}

export interface EndedTalk {
  /** System prompt of the campaign, which states the goal. */
  readonly systemPrompt: string;
  readonly startedAt: Date;
  /** IANA zone of the person, to which "at three" refers. An unknown one counts as UTC. */
  readonly timeZone: string;
  readonly turns: readonly ConversationTurn[];
}

/** Verdict of a model on a conversation. Without an outcome the call's status decides. */
export interface Verdict {
  readonly summary?: string;
  readonly outcome?: Extract<Outcome, 'goal_reached' | 'opt_out' | 'callback_requested'>;
  /** Time of the call-back; missing if the person named no plausible time. */
  readonly callbackAt?: Date;
}

/**
 * Asks a model for the verdict on a conversation; without words of the person it does not ask. Nothing is made up. An
 * opt-out counts as soon as the model reports it, whatever is wrong with the rest of the answer.
 * @throws ChatError if there is no answer, or none to this question.
 */
export async function verdictOf(judge: Judge, talk: EndedTalk, signal: AbortSignal): Promise<Verdict> {
  if (!talk.turns.some(({ role }) => role === 'person')) return {};
  const question = conclusionQuestion(talk, transcriptOf(talk.turns));
  return toVerdict(await judge.ask(question, CONCLUSION_SCHEMA, signal), talk);
}

const SPEAKERS = { agent: 'Agent', person: 'Person' } as const;

export function transcriptOf(turns: readonly ConversationTurn[]): string {
  return turns.map(({ role, text }) => `${SPEAKERS[role]}: ${oneLine(text)}`).join('\n');
}

/** Puts a turn on one line, so that neither side can forge a line of the other's. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

const LONGEST_SUMMARY = 2_000;

function toVerdict(answer: unknown, talk: EndedTalk): Verdict {
  if (!isAnswer(answer)) {
    if (hasOptedOut(answer)) return { outcome: 'opt_out' };
    throw new ChatError('unreadable', 'the answer is not to the question');
  }
  const summary = asStorableText(
    answer.summary
      .slice(0, 2 * LONGEST_SUMMARY)
      .trim()
      .slice(0, LONGEST_SUMMARY),
  );
  if (answer.opt_out) return { summary, outcome: 'opt_out' };
  if (answer.goal_reached) return { summary, outcome: 'goal_reached' };
  const callback = callbackOf(answer.callback_requested_at, talk);
  return callback ? { summary, outcome: 'callback_requested', ...callback } : { summary };
}

function isAnswer(value: unknown): value is ConclusionAnswer {
  const answer = value as Partial<Record<keyof ConclusionAnswer, unknown>> | null;
  const callback = answer?.callback_requested_at;
  return (
    typeof answer?.summary === 'string' &&
    answer.summary.trim() !== '' &&
    typeof answer.opt_out === 'boolean' &&
    typeof answer.goal_reached === 'boolean' &&
    (callback === null || typeof callback === 'string')
  );
}

function hasOptedOut(value: unknown): boolean {
  const told = (value as Partial<Record<keyof ConclusionAnswer, unknown>> | null)?.opt_out;
  return (
    told === true ||
    told === 1 ||
    (typeof told === 'string' && ['true', 'yes', '1'].includes(told.trim().toLowerCase()))
  );
}

/** Longest text that can be a time; a model may answer anything. */
const LONGEST_TIME = 64;

/**
 * Returns the wish for a call-back; null for a text that is no time ("none"). A time that is past, or over a year
 * ahead, is a wish whose day the model got wrong.
 */
function callbackOf(text: string | null, { startedAt, timeZone }: EndedTalk): { callbackAt?: Date } | null {
  const time = DateTime.fromISO(asLocal(text ?? ''), { zone: zoneOf(timeZone) });
  if (!time.isValid) return null;
  const daysAhead = time.diff(DateTime.fromJSDate(startedAt), 'days').days;
  return daysAhead > 0 && daysAhead <= LATEST_CALLBACK_DAYS ? { callbackAt: time.toJSDate() } : {};
}

/**
 * Removes a zone of zero. Models that are asked for local time add a Z out of habit, which means nothing. An offset of
 * zero means nothing either, and another one is intended.
 */
function asLocal(text: string): string {
  const time = text.slice(0, LONGEST_TIME).trim();
  return time.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(/(?<=T.+)(?:Z|[+-]00:?00)$/i, '');
}

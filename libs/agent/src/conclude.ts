import { DateTime } from 'luxon';
import type { ConversationTurn } from '#rules/call/call-report.js';
import type { Outcome } from '#rules/call/outcome.js';
import { asStorableText } from '#rules/call/storable-report.js';
import { LATEST_CALLBACK_DAYS } from '#rules/call/told-values.js';
import { ChatError } from './chat-error.js';
import type { ChatMessage } from './chat-model.js';
import { CONCLUSION_SCHEMA, conclusionQuestion, zoneOf, type ConclusionAnswer } from './conclusion-question.js';

/** Something that answers a question in JSON: a `ChatModel`. */
export interface Judge {
  ask(messages: readonly ChatMessage[], jsonSchema: object, signal: AbortSignal): Promise<unknown>;
}

export interface EndedTalk {
  /** The campaign's: it says what the goal was. */
  readonly systemPrompt: string;
  readonly startedAt: Date;
  /** IANA, where the person lives: "at three" is said in it. One that nobody knows is taken for UTC. */
  readonly timeZone: string;
  readonly turns: readonly ConversationTurn[];
}

/** What a model takes a conversation to have come to. Without an outcome it is what the call's status says. */
export interface Verdict {
  readonly summary?: string;
  readonly outcome?: Extract<Outcome, 'goal_reached' | 'opt_out' | 'callback_requested'>;
  /** May be missing where the person asked to be called again without a time that makes sense. */
  readonly callbackAt?: Date;
}

/**
 * Asks a model what a conversation came to; of one in which the person has said nothing there is nothing to ask.
 * Nothing is made up, but a wish not to be called again counts as soon as it is told, whatever is wrong with the rest
 * of the answer.
 * @throws ChatError when there is no answer, or none to this question.
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

/** A turn is one line: nobody says a line of the other's. */
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

/** No way of writing a time is longer; a model may answer anything. */
const LONGEST_TIME = 64;

/**
 * A text that is no time ("none") is no wish. A time that has passed, or lies more than a year ahead, is a wish of
 * which the model got the day wrong.
 */
function callbackOf(text: string | null, { startedAt, timeZone }: EndedTalk): { callbackAt?: Date } | null {
  const time = DateTime.fromISO(asLocal(text ?? ''), { zone: zoneOf(timeZone) });
  if (!time.isValid) return null;
  const daysAhead = time.diff(DateTime.fromJSDate(startedAt), 'days').days;
  return daysAhead > 0 && daysAhead <= LATEST_CALLBACK_DAYS ? { callbackAt: time.toJSDate() } : {};
}

/**
 * Asked for local time, models write it and put a Z behind it out of habit: it says nothing, nor does an offset of
 * nought. Whoever writes another offset has meant it.
 */
function asLocal(text: string): string {
  const time = text.slice(0, LONGEST_TIME).trim();
  return time.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(/(?<=T.+)(?:Z|[+-]00:?00)$/i, '');
}

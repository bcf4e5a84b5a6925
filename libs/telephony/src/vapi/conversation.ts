import type { ConversationTurn } from '#rules/call/call-report.js';
import type { CallSigns } from './call-ending.js';
import { isJudgedSuccess } from './analysis.js';
import { JsonObject } from './json-object.js';

const ROLES: ReadonlyMap<string, ConversationTurn['role']> = new Map([
  ['user', 'person'],
  ['bot', 'agent'],
  ['assistant', 'agent'],
]);

/** Returns undefined if Vapi has not told the messages. */
function messagesIn(told: JsonObject): readonly unknown[] | undefined {
  const place = [told.at('artifact'), told].find((one) => one.has('messages'));
  return place?.list('messages');
}

export function isConversationTold(told: JsonObject): boolean {
  return messagesIn(told) !== undefined;
}

/** Returns the spoken turns, without the prompt and without tool calls. */
export function turnsIn(told: JsonObject): ConversationTurn[] {
  return (messagesIn(told) ?? []).flatMap((one) => {
    const message = new JsonObject(one);
    const role = ROLES.get(message.text('role') ?? '');
    const text = message.text('message')?.trim();
    if (!role || !text) return [];
    return [{ role, text, seconds_from_start: Math.max(0, message.number('secondsFromStart') ?? 0) }];
  });
}

export function hasPersonSpoken(turns: readonly ConversationTurn[]): boolean {
  return turns.some(({ role }) => role === 'person');
}

/** Reads the signs of a callee from a report, a status or a call. */
export function signsOf(told: JsonObject): CallSigns {
  const turns = turnsIn(told);
  const isTalk = hasPersonSpoken(turns) || isJudgedSuccess(told.at('analysis'));
  return { isAnswered: isTalk || hasBegun(told), isSpoken: turns.length > 0, isTalk };
}

/** Tells if the call was answered; `startedAt` is the time of the answer. */
function hasBegun(told: JsonObject): boolean {
  const [startedAt, endedAt] = [told.time('startedAt'), told.time('endedAt')];
  return startedAt !== undefined && (endedAt === undefined || endedAt > startedAt);
}

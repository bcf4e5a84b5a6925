import type { ConversationTurn } from '#rules/call/call-report.js';
import type { CallSigns } from './call-ending.js';
import { isJudgedSuccess } from './analysis.js';
import { JsonObject } from './json-object.js';

const ROLES: ReadonlyMap<string, ConversationTurn['role']> = new Map([
  ['user', 'person'],
  ['bot', 'agent'],
  ['assistant', 'agent'],
]);

/** Undefined: not told, or not yet. */
function messagesIn(told: JsonObject): readonly unknown[] | undefined {
  const place = [told.at('artifact'), told].find((one) => one.has('messages'));
  return place?.list('messages');
}

export function isConversationTold(told: JsonObject): boolean {
  return messagesIn(told) !== undefined;
}

/** What was said; not the prompt, nor what tools were asked and answered. */
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

/** What a report, a status or a call itself shows of somebody at the other end. */
export function signsOf(told: JsonObject): CallSigns {
  const turns = turnsIn(told);
  const isTalk = hasPersonSpoken(turns) || isJudgedSuccess(told.at('analysis'));
  return { isTaken: isTalk || hasBegun(told), isSpoken: turns.length > 0, isTalk };
}

/** `startedAt` is when it was taken. */
function hasBegun(told: JsonObject): boolean {
  const [startedAt, endedAt] = [told.time('startedAt'), told.time('endedAt')];
  return startedAt !== undefined && (endedAt === undefined || endedAt > startedAt);
}

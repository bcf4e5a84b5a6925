import type { CallEvent, ConversationTurn } from './call-report.js';
import { toldCallback, toldCallSeconds, toldPause, toldTime } from './told-values.js';

/** Lengths and sizes of the columns of `calls` and `call_events`. */
const LONGEST_TEXT = 255;
const LONGEST_SUMMARY = 10_000;
const MOST_COST = 999_999.9999;

/**
 * An event as it can be stored, whatever a provider has sent: what no column can hold, or no call can have, is left
 * out, and the rest still counts.
 * @param now stands in for a time that is none.
 */
export function storableEvent(event: CallEvent, now: Date): CallEvent {
  const occurredAt = toldTime(event.occurredAt, now) ?? now;
  return {
    ...withoutOddText(event),
    eventKey: asStorableText(event.eventKey).slice(0, LONGEST_TEXT),
    providerCallId: event.providerCallId && asStorableText(event.providerCallId).slice(0, LONGEST_TEXT),
    occurredAt,
    ...(event.notPlaced && { notPlaced: boundedRefusal(event.notPlaced) }),
    durationSeconds: wholeSeconds(event.durationSeconds),
    cost: storableCost(event.cost),
    summary: event.summary && boundedSummary(event.summary),
    callbackAt: toldCallback(event.callbackAt, occurredAt),
    messages: event.messages?.map(storableTurn),
  };
}

/** The least that an event says: what the call has become. For an event of which something still cannot be stored. */
export function bareEvent({ eventKey, dialerJobId, occurredAt, status }: CallEvent): CallEvent {
  return { eventKey, dialerJobId, providerCallId: null, occurredAt, status };
}

/** What may still be stored of a call to somebody who was erased: what it was and cost, nothing of what was said. */
export function anonymousEvent({
  transcript: _transcript,
  summary: _summary,
  messages: _messages,
  recordingUrl: _recordingUrl,
  endReason: _endReason,
  ...rest
}: CallEvent): CallEvent {
  return rest;
}

/** PostgreSQL stores neither NUL nor half a surrogate pair (an emoji cut in two). */
export function asStorableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

function withoutOddText(event: CallEvent): CallEvent {
  const entries = Object.entries(event).map(([name, value]) => [
    name,
    typeof value === 'string' ? asStorableText(value) : value,
  ]);
  return Object.fromEntries(entries) as CallEvent;
}

/** Lists of calls show the summary of each: one as long as a book would make a page of them 100 MB. */
function boundedSummary(summary: string): string {
  return asStorableText(summary.slice(0, LONGEST_SUMMARY));
}

function boundedRefusal({ fault, retryAfterSeconds }: NonNullable<CallEvent['notPlaced']>): CallEvent['notPlaced'] {
  return { fault, retryAfterSeconds: toldPause(retryAfterSeconds) };
}

function storableTurn({ text, seconds_from_start: seconds, ...turn }: ConversationTurn): ConversationTurn {
  return { ...turn, text: asStorableText(text), seconds_from_start: toldCallSeconds(seconds) ?? 0 };
}

function wholeSeconds(seconds: number | undefined): number | undefined {
  const told = seconds !== undefined && seconds < 0 ? undefined : toldCallSeconds(seconds);
  return told === undefined ? undefined : Math.round(told);
}

function storableCost(cost: string | undefined): string | undefined {
  const amount = Number(cost);
  return cost?.trim() && Math.abs(amount) <= MOST_COST ? amount.toFixed(4) : undefined;
}

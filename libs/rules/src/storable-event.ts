import type { CallEvent } from './call-event.js';

/** Lengths and sizes of the columns of `calls` and `call_events`. */
const LONGEST_TEXT = 255;
const MOST_COST = 999_999.9999;
const MOST_SECONDS = 2_147_483_647;

/**
 * An event as it can be stored, whatever a provider has sent: what no column can hold is left out, and the rest still counts.
 * @param now stands in for a time that is none.
 */
export function storableEvent(event: CallEvent, now: Date): CallEvent {
  return {
    ...withoutOddText(event),
    eventKey: asStorableText(event.eventKey).slice(0, LONGEST_TEXT),
    providerCallId: event.providerCallId && asStorableText(event.providerCallId).slice(0, LONGEST_TEXT),
    occurredAt: isTime(event.occurredAt) ? event.occurredAt : now,
    durationSeconds: wholeSeconds(event.durationSeconds),
    cost: storableCost(event.cost),
    callbackAt: isTime(event.callbackAt) ? event.callbackAt : undefined,
    messages: event.messages?.map((turn) => ({ ...turn, text: asStorableText(turn.text) })),
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

/** Years that both JavaScript and PostgreSQL write with four digits. */
function isTime(date: Date | undefined): date is Date {
  return date instanceof Date && date.getTime() > 0 && date.getUTCFullYear() < 10_000;
}

function wholeSeconds(seconds: number | undefined): number | undefined {
  return seconds !== undefined && seconds >= 0 && seconds <= MOST_SECONDS ? Math.round(seconds) : undefined;
}

function storableCost(cost: string | undefined): string | undefined {
  const amount = Number(cost);
  return cost?.trim() && Math.abs(amount) <= MOST_COST ? amount.toFixed(4) : undefined;
}

import { IANAZone } from 'luxon';
import { DAY_MS } from './window/calendar-day.js';

/**
 * A span in which a zone's clocks do not change: start (inclusive) and end (exclusive) in ms since 1970. Local time is
 * UTC plus the offset.
 */
export interface OffsetSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly offsetMs: number;
}

const LOOK_MS = 5 * DAY_MS;

/** Cache by zone and year: computing an offset takes microseconds, and the same offsets are needed often. */
const spansOfZone = new Map<string, Map<number, readonly OffsetSpan[]>>();

/** Returns the span that contains an instant. Spans end with the year (of UTC) even if the clocks do not change. */
export function offsetSpanAt(zone: string, atMs: number): OffsetSpan {
  const spans = spansOf(zone, new Date(atMs).getUTCFullYear());
  const span = spans.find(({ endMs }) => atMs < endMs);
  if (!span) throw new Error(`${zone} has no clock at ${atMs}`);
  return span;
}

function spansOf(zone: string, year: number): readonly OffsetSpan[] {
  let years = spansOfZone.get(zone);
  if (!years) spansOfZone.set(zone, (years = new Map()));
  let spans = years.get(year);
  if (!spans) years.set(year, (spans = readSpans(IANAZone.create(zone), year)));
  return spans;
}

/**
 * Reads the spans of a year with one look every five days. The shortest time between two known changes is a week
 * (Recife, October 2000).
 */
function readSpans(zone: IANAZone, year: number): readonly OffsetSpan[] {
  const endMs = Date.UTC(year + 1, 0, 1);
  const spans: OffsetSpan[] = [];
  let startMs = Date.UTC(year, 0, 1);
  let offset = zone.offset(startMs);
  for (let lookMs = startMs; lookMs < endMs; lookMs += LOOK_MS) {
    const nextMs = Math.min(lookMs + LOOK_MS, endMs);
    const next = zone.offset(nextMs);
    if (next === offset) continue;
    const changeMs = changeBetween(zone, lookMs, nextMs);
    spans.push({ startMs, endMs: changeMs, offsetMs: offset * 60_000 });
    [startMs, offset] = [changeMs, next];
  }
  if (startMs < endMs) spans.push({ startMs, endMs, offsetMs: offset * 60_000 });
  return spans;
}

/** Finds the first instant with the later offset by halving. */
function changeBetween(zone: IANAZone, beforeMs: number, afterMs: number): number {
  const later = zone.offset(afterMs);
  let [low, high] = [beforeMs, afterMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === later) high = middle;
    else low = middle;
  }
  return high;
}

import { DAY_MS } from './window/calendar-day.js';
import type { LocalDays } from './local-day.js';
import { offsetSpanAt } from './zone-offsets.js';

/** Instants in ms since 1970; the first is open, the last is not. */
export interface OpenSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * An opening that goes on and on is given in part: whoever calls around the clock does not make every look-up read a
 * year.
 */
export const LONGEST_LOOK_MS = 8 * DAY_MS;

export interface Search {
  readonly zone: string;
  readonly days: LocalDays;
  /** Openings that begin later are not looked for. */
  readonly untilMs: number;
}

/**
 * When the wall clock of one zone next shows open hours: the span that an instant is in, or the next. Both passes of an
 * hour that the clock repeats count; an hour that it skips is nowhere.
 */
export function openSpanFrom(search: Search, fromMs: number): OpenSpan | null {
  for (let cell = cellAt(search, fromMs); cell.startMs <= search.untilMs; cell = cellAt(search, cell.endMs)) {
    const found = cell.open.find(({ endMs }) => endMs > fromMs);
    if (found) return { startMs: startOf(search, found, fromMs), endMs: endOf(search, found, fromMs) };
  }
  return null;
}

/** A date on the wall, as far as the clocks do not change in it. */
interface Cell {
  readonly startMs: number;
  readonly endMs: number;
  readonly open: readonly OpenSpan[];
}

function cellAt({ zone, days }: Search, atMs: number): Cell {
  const clock = offsetSpanAt(zone, atMs);
  const day = Math.floor((atMs + clock.offsetMs) / DAY_MS);
  const midnightMs = day * DAY_MS - clock.offsetMs;
  const startMs = Math.max(clock.startMs, midnightMs);
  const endMs = Math.min(clock.endMs, midnightMs + DAY_MS);
  const open = days
    .openStretches(day)
    .map(([first, last]) => ({
      startMs: Math.max(startMs, midnightMs + first),
      endMs: Math.min(endMs, midnightMs + last),
    }))
    .filter((span) => span.startMs < span.endMs);
  return { startMs, endMs, open };
}

function startOf(search: Search, { startMs: foundMs }: OpenSpan, fromMs: number): number {
  let startMs = foundMs;
  while (startMs > fromMs - LONGEST_LOOK_MS) {
    const before = cellAt(search, startMs - 1).open.find(({ endMs }) => endMs === startMs);
    if (!before) break;
    startMs = before.startMs;
  }
  return startMs;
}

function endOf(search: Search, { endMs: foundMs }: OpenSpan, fromMs: number): number {
  let endMs = foundMs;
  while (endMs < fromMs + LONGEST_LOOK_MS) {
    const after = cellAt(search, endMs).open.find(({ startMs }) => startMs === endMs);
    if (!after) break;
    endMs = after.endMs;
  }
  return endMs;
}

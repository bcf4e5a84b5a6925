import { DAY_MS } from './window/calendar-day.js';
import type { LocalDays } from './local-day.js';
import { offsetSpanAt } from './zone-offsets.js';

/** Open instants in ms since 1970; the end is exclusive. */
export interface OpenSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** Longest part of an endless opening that is computed. Calling around the clock then does not read a whole year. */
export const LONGEST_LOOK_MS = 8 * DAY_MS;

export interface Search {
  readonly zone: string;
  readonly days: LocalDays;
  /** Latest time at which an opening may begin. */
  readonly untilMs: number;
}

/**
 * Returns the span in which the local time of one zone is open: the current one, or the next. Both passes of an hour
 * that the clock repeats count; an hour that it skips does not exist.
 */
export function openSpanFrom(search: Search, fromMs: number): OpenSpan | null {
  for (let cell = cellAt(search, fromMs); cell.startMs <= search.untilMs; cell = cellAt(search, cell.endMs)) {
    const found = cell.open.find(({ endMs }) => endMs > fromMs);
    if (found) return { startMs: startOf(search, found, fromMs), endMs: endOf(search, found, fromMs) };
  }
  return null;
}

/** Part of a local date in which the zone's clocks do not change. */
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

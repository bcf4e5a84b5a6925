import type { AskedWords } from '../first-words/lacking-words.js';
import type { Area } from '../area/area.js';
import { DAY_MS, dateOf } from './window/calendar-day.js';
import type { HoursTerms } from './window/hours-terms.js';
import { localDays, type ClosedBy, type LocalDays } from './local-day.js';
import { packsFor, wordsAskedBy } from './packs-for.js';
import { offsetSpanAt } from './zone-offsets.js';
import { openSpanFrom, type OpenSpan, type Search } from './zone-opening.js';

export type { HoursTerms } from './window/hours-terms.js';

/** Time span in which an area may be called; `closesAt` is exclusive. */
export interface Opening {
  readonly opensAt: Date;
  readonly closesAt: Date;
}

/** Verdict about an area at an instant. Names are as in JSON, since the verdict is shown and stored. */
export interface HoursVerdict {
  readonly isOpen: boolean;
  readonly zones: readonly { readonly zone: string; readonly local_time: string }[];
  readonly packs: readonly { readonly id: string; readonly version: string }[];
  readonly closed_by: ClosedBy | 'zone_unknown' | null;
  readonly opening: Opening | null;
  /** Sentences that the packs require at the end of the opening, which may begin before their rule does. */
  readonly asks: AskedWords;
}

const HORIZON_MS = 400 * DAY_MS;

/**
 * Returns the opening that contains `now`, or the next one within 400 days. An area is open when the local time of all
 * its zones is. An opening without end is given as eight days around `now`.
 *
 * @returns null if there is none, or no zone is known. Terms that are always open need no zone.
 */
export function nextOpening(terms: HoursTerms, area: Area, now: Date): Opening | null {
  if (terms.isAlwaysOpen) return daysAround(now);
  return area.zones.length === 0 ? null : openingOf(localDays(terms, area), area, now);
}

/** Returns if an area may be called now, by which clocks and rules, and otherwise what closes it until when. */
export function hoursVerdict(terms: HoursTerms, area: Area, now: Date): HoursVerdict {
  const clocks = area.zones.map((zone) => clockOf(zone, now.getTime()));
  if (terms.isAlwaysOpen) return openVerdict(clocks, daysAround(now));
  const days = localDays(terms, area);
  const closedBy = area.zones.length === 0 ? 'zone_unknown' : reasonOf(days, clocks);
  const opening = area.zones.length === 0 ? null : openingOf(days, area, now);
  return {
    isOpen: closedBy === null,
    zones: clocks.map(({ zone, localTime }) => ({ zone, local_time: localTime })),
    packs: terms.usesRulePacks ? packsAt(area, clocks) : [],
    closed_by: closedBy,
    opening,
    asks: terms.usesRulePacks ? wordsAskedBy(area, latestDate(area, opening?.closesAt ?? now)) : {},
  };
}

function openVerdict(clocks: readonly Clock[], opening: Opening): HoursVerdict {
  const zones = clocks.map(({ zone, localTime }) => ({ zone, local_time: localTime }));
  return { isOpen: true, zones, packs: [], closed_by: null, opening, asks: {} };
}

const DAYS_AROUND_MS = 8 * DAY_MS;

/** Returns the span that stands for an opening without end. */
function daysAround(now: Date): Opening {
  const [before, after] = [now.getTime() - DAYS_AROUND_MS, now.getTime() + DAYS_AROUND_MS];
  return { opensAt: new Date(before), closesAt: new Date(after) };
}

function openingOf(days: LocalDays, area: Area, now: Date): Opening | null {
  const untilMs = now.getTime() + HORIZON_MS;
  const span = commonSpan(
    area.zones.map((zone) => ({ zone, days, untilMs })),
    now.getTime(),
  );
  if (!span || span.startMs > untilMs) return null;
  return { opensAt: new Date(span.startMs), closesAt: new Date(span.endMs) };
}

/** Searches forward from zone to zone, each time to the next opening, until all zones are open at once. */
function commonSpan(searches: readonly Search[], fromMs: number): OpenSpan | null {
  let common: OpenSpan = { startMs: -Infinity, endMs: Infinity };
  let atMs = fromMs;
  for (let agreed = 0, index = 0; agreed < searches.length; index = (index + 1) % searches.length) {
    const span = openSpanFrom(searches[index] as Search, atMs);
    if (!span) return null;
    if (span.startMs > atMs) {
      atMs = span.startMs;
      agreed = 0;
      common = { startMs: -Infinity, endMs: Infinity };
    }
    common = { startMs: Math.max(common.startMs, span.startMs), endMs: Math.min(common.endMs, span.endMs) };
    agreed++;
  }
  return common;
}

interface Clock {
  readonly zone: string;
  readonly dayNumber: number;
  readonly timeMs: number;
  readonly localTime: string;
}

function clockOf(zone: string, atMs: number): Clock {
  const { offsetMs } = offsetSpanAt(zone, atMs);
  const localMs = atMs + offsetMs;
  const dayNumber = Math.floor(localMs / DAY_MS);
  const localTime = `${new Date(localMs).toISOString().slice(0, 19)}${offsetText(offsetMs)}`;
  return { zone, dayNumber, timeMs: localMs - dayNumber * DAY_MS, localTime };
}

function offsetText(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const parts = [Math.floor(minutes / 60), Math.floor(minutes % 60)].map((part) => String(part).padStart(2, '0'));
  return `${offsetMs < 0 ? '-' : '+'}${parts.join(':')}`;
}

const REASONS: readonly ClosedBy[] = ['window', 'blackout_date', 'public_holiday', 'rule_pack'];

function reasonOf(days: LocalDays, clocks: readonly Clock[]): ClosedBy | null {
  const reasons = new Set(clocks.map(({ dayNumber, timeMs }) => days.closedBy(dayNumber, timeMs)));
  return REASONS.find((reason) => reasons.has(reason)) ?? null;
}

/** Returns the latest date in the zones of an area; the date of UTC if no zone is known. */
function latestDate({ zones }: Area, at: Date): string {
  const days = zones.map((zone) => clockOf(zone, at.getTime()).dayNumber);
  return dateOf(Math.max(Math.floor(at.getTime() / DAY_MS), ...days));
}

function packsAt(area: Area, clocks: readonly Clock[]): HoursVerdict['packs'] {
  const dates = clocks.map(({ dayNumber }) => dateOf(dayNumber));
  const packs = new Set(dates.flatMap((date) => packsFor(area, date)));
  return [...packs].map(({ id, version }) => ({ id, version }));
}

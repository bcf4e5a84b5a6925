import type { AskedWords } from '../first-words/lacking-words.js';
import type { Place } from '../area/area.js';
import { DAY_MS, dateOf } from './window/calendar-day.js';
import type { HoursTerms } from './window/hours-terms.js';
import { localDays, type ClosedBy, type LocalDays } from './local-day.js';
import { packsFor, wordsAskedBy } from './packs-for.js';
import { offsetSpanAt } from './zone-offsets.js';
import { openSpanFrom, type OpenSpan, type Search } from './zone-opening.js';

export type { HoursTerms } from './window/hours-terms.js';

/** `opensAt` is open, `closesAt` no more. */
export interface Opening {
  readonly opensAt: Date;
  readonly closesAt: Date;
}

/** What was found out about a place at an instant; names as in JSON, since it is shown and recorded. */
export interface HoursVerdict {
  readonly isOpen: boolean;
  readonly zones: readonly { readonly zone: string; readonly local_time: string }[];
  readonly packs: readonly { readonly id: string; readonly version: string }[];
  readonly closed_by: ClosedBy | 'zone_unknown' | null;
  readonly opening: Opening | null;
  /** Sentences that the packs want to be said first, at the end of the opening: it may begin before their rule does. */
  readonly asks: AskedWords;
}

const HORIZON_MS = 400 * DAY_MS;

/**
 * When a place may be called: the opening that `now` is in, or the next to come within 400 days. A place is open when
 * the wall clock of every one of its zones is. An opening without end (all days, all hours) is given for eight days
 * around.
 *
 * @returns null if there is none, or no zone is known. Terms that are always open ask for no zone.
 */
export function nextOpening(terms: HoursTerms, place: Place, now: Date): Opening | null {
  if (terms.isAlwaysOpen) return daysAround(now);
  return place.zones.length === 0 ? null : openingOf(localDays(terms, place), place, now);
}

/** May a place be called now, by which clocks and rules, and if not, what closes it and until when. */
export function hoursVerdict(terms: HoursTerms, place: Place, now: Date): HoursVerdict {
  const clocks = place.zones.map((zone) => clockOf(zone, now.getTime()));
  if (terms.isAlwaysOpen) return openVerdict(clocks, daysAround(now));
  const days = localDays(terms, place);
  const closedBy = place.zones.length === 0 ? 'zone_unknown' : reasonOf(days, clocks);
  const opening = place.zones.length === 0 ? null : openingOf(days, place, now);
  return {
    isOpen: closedBy === null,
    zones: clocks.map(({ zone, localTime }) => ({ zone, local_time: localTime })),
    packs: terms.usesRulePacks ? packsAt(place, clocks) : [],
    closed_by: closedBy,
    opening,
    asks: terms.usesRulePacks ? wordsAskedBy(place, latestDate(place, opening?.closesAt ?? now)) : {},
  };
}

function openVerdict(clocks: readonly Clock[], opening: Opening): HoursVerdict {
  const zones = clocks.map(({ zone, localTime }) => ({ zone, local_time: localTime }));
  return { isOpen: true, zones, packs: [], closed_by: null, opening, asks: {} };
}

const DAYS_AROUND_MS = 8 * DAY_MS;

/** An opening without end, as it is given. */
function daysAround(now: Date): Opening {
  const [before, after] = [now.getTime() - DAYS_AROUND_MS, now.getTime() + DAYS_AROUND_MS];
  return { opensAt: new Date(before), closesAt: new Date(after) };
}

function openingOf(days: LocalDays, place: Place, now: Date): Opening | null {
  const untilMs = now.getTime() + HORIZON_MS;
  const span = commonSpan(
    place.zones.map((zone) => ({ zone, days, untilMs })),
    now.getTime(),
  );
  if (!span || span.startMs > untilMs) return null;
  return { opensAt: new Date(span.startMs), closesAt: new Date(span.endMs) };
}

/** Goes forward from zone to zone, each time to where the next one opens, until all are open at once. */
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

/** The date in the zone of a place where it is latest; that of UTC where no zone is known. */
function latestDate({ zones }: Place, at: Date): string {
  const days = zones.map((zone) => clockOf(zone, at.getTime()).dayNumber);
  return dateOf(Math.max(Math.floor(at.getTime() / DAY_MS), ...days));
}

function packsAt(place: Place, clocks: readonly Clock[]): HoursVerdict['packs'] {
  const dates = clocks.map(({ dayNumber }) => dateOf(dayNumber));
  const packs = new Set(dates.flatMap((date) => packsFor(place, date)));
  return [...packs].map(({ id, version }) => ({ id, version }));
}

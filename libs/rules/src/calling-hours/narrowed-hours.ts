import { likeliestZone } from '../area/likeliest-zone.js';
import type { Area } from '../area/area.js';
import { DAY_MS } from './window/calendar-day.js';
import { nextOpening, type HoursTerms, type Opening } from './opening.js';
import { offsetSpanAt } from './zone-offsets.js';

/** Hours of the day in which all zones of a number are open, by the clock of one of them. */
export interface NarrowedHours {
  /** Zone by whose clock `from` and `to` are given: the country's main zone, if it is among the zones. */
  readonly clock: string;
  /** HH:MM of the current or next opening; null if the zones are never all open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly openMinutes: number;
  /** Minutes for which the same day would be open if the contact were known to live in the zone `clock`. */
  readonly minutesInOneZone: number;
}

/** Longest opening that counts as hours of one day. */
const LONGEST_DAY_MS = 1.5 * DAY_MS;

/**
 * Returns the hours to which an area's day shrinks because all its zones must be open at once.
 *
 * @returns null if it does not shrink: it has one zone, or clocks that agree, or is always open.
 */
export function narrowedHours(
  terms: HoursTerms,
  area: Area,
  { now, mainZone }: { now: Date; mainZone: string | null },
): NarrowedHours | null {
  if (area.zones.length < 2) return null;
  const clock = likeliestZone(area.zones, mainZone, now);
  const common = nextOpening(terms, area, now);
  const alone = nextOpening(terms, { ...area, zones: [clock] }, common?.opensAt ?? now);
  if (!alone || lengthMs(alone) > LONGEST_DAY_MS) return null;
  if (common && lengthMs(common) >= lengthMs(alone)) return null;
  return {
    clock,
    from: common ? timeAt(clock, common.opensAt) : null,
    to: common ? timeAt(clock, common.closesAt) : null,
    openMinutes: common ? minutesOf(common) : 0,
    minutesInOneZone: minutesOf(alone),
  };
}

function lengthMs({ opensAt, closesAt }: Opening): number {
  return closesAt.getTime() - opensAt.getTime();
}

function minutesOf(opening: Opening): number {
  return Math.round(lengthMs(opening) / 60_000);
}

function timeAt(zone: string, at: Date): string {
  const { offsetMs } = offsetSpanAt(zone, at.getTime());
  return new Date(at.getTime() + offsetMs).toISOString().slice(11, 16);
}

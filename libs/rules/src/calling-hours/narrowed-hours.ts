import { likeliestZone } from '../area/likeliest-zone.js';
import type { Place } from '../area/area.js';
import { DAY_MS } from './window/calendar-day.js';
import { nextOpening, type HoursTerms, type Opening } from './opening.js';
import { offsetSpanAt } from './zone-offsets.js';

/** Hours of the day that the zones of a number leave, by the clock of one of them. */
export interface NarrowedHours {
  /** By whose clock `from` and `to` are: that of most people of the country, if it is among the zones. */
  readonly clock: string;
  /** HH:MM of the present or next opening; null if it is never open in all zones. */
  readonly from: string | null;
  readonly to: string | null;
  readonly openMinutes: number;
  /** Minutes for which the same day would be open if the contact were known to live by `clock`. */
  readonly minutesInOneZone: number;
}

/** An opening that goes on for days has no hours of a day. */
const LONGEST_DAY_MS = 1.5 * DAY_MS;

/**
 * Says to which hours a place's day shrinks since all its zones have to be open at once.
 *
 * @returns null if it does not: it has one zone, or clocks that agree, or is open around the clock.
 */
export function narrowedHours(
  terms: HoursTerms,
  place: Place,
  { now, mainZone }: { now: Date; mainZone: string | null },
): NarrowedHours | null {
  if (place.zones.length < 2) return null;
  const clock = likeliestZone(place.zones, mainZone, now);
  const common = nextOpening(terms, place, now);
  const alone = nextOpening(terms, { ...place, zones: [clock] }, common?.opensAt ?? now);
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

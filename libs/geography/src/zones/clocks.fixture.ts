import { DateTime } from 'luxon';

const WEEKS = 104;
const FIRST = DateTime.fromISO('2026-01-04T12:00:00Z', { zone: 'utc' });
const clocks = new Map<string, string>();

/** Returns the minutes from UTC in each week of two years: zones with the same text have the same clock. */
export function clockOf(zone: string): string {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const offsets = Array.from({ length: WEEKS }, (_, week) => FIRST.plus({ weeks: week }).setZone(zone).offset);
  const clock = offsets.join(' ');
  clocks.set(zone, clock);
  return clock;
}

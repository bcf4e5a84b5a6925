import { DateTime } from 'luxon';

const UNKNOWN = 'UTC';

/**
 * By which clock somebody most likely lives who may be in any of these zones: in the one where most people of the
 * country live, if it is among them; else in one whose clocks show, at this instant, what most of them show; of several
 * such, the first. A call needs all of them to be open; "at three" needs one.
 *
 * @param mainZone where most people of the person's country live; null if that is not known.
 */
export function likeliestZone(zones: readonly string[], mainZone: string | null, at: Date): string {
  if (mainZone !== null && zones.includes(mainZone)) return mainZone;
  const offsets = zones.map((zone) => DateTime.fromJSDate(at, { zone }).offset);
  const shares = offsets.map((offset) => offsets.filter((other) => other === offset).length);
  return zones[shares.indexOf(Math.max(...shares))] ?? UNKNOWN;
}

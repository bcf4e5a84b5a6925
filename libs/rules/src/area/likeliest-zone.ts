import { DateTime } from 'luxon';

const UNKNOWN = 'UTC';

/**
 * Returns the zone whose clock a person most likely follows. The main zone of the country wins if it is among `zones`.
 * Otherwise the first zone wins that shows the time which most of them show at this instant.
 * Whether a call is allowed depends on all zones; a time such as "at three" needs one.
 * @param mainZone zone where most people of the person's country live; null if unknown.
 */
export function likeliestZone(zones: readonly string[], mainZone: string | null, at: Date): string {
  if (mainZone !== null && zones.includes(mainZone)) return mainZone;
  const offsets = zones.map((zone) => DateTime.fromJSDate(at, { zone }).offset);
  const shares = offsets.map((offset) => offsets.filter((other) => other === offset).length);
  return zones[shares.indexOf(Math.max(...shares))] ?? UNKNOWN;
}

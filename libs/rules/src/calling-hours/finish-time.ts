import type { Place } from '../area/area.js';
import { nextOpening, type HoursTerms } from './opening.js';

const MOST_OPENINGS = 400;

/**
 * When so much work is done if it is only done while the place is open; null when that is more than a year or never.
 */
export function finishTime(
  terms: HoursTerms,
  place: Place,
  { now, workSeconds }: { now: Date; workSeconds: number },
): Date | null {
  let [at, leftMs] = [now, workSeconds * 1000];
  for (let n = 0; n < MOST_OPENINGS; n++) {
    const opening = nextOpening(terms, place, at);
    if (!opening) return null;
    const begin = Math.max(at.getTime(), opening.opensAt.getTime());
    const lengthMs = opening.closesAt.getTime() - begin;
    if (leftMs <= lengthMs) return new Date(begin + leftMs);
    leftMs -= lengthMs;
    at = opening.closesAt;
  }
  return null;
}

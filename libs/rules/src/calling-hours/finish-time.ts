import type { Area } from '../area/area.js';
import { nextOpening, type HoursTerms } from './opening.js';

const MOST_OPENINGS = 400;

/**
 * Returns when the given work is done if it is only done while the area is open. Null: in more than a year, or never.
 */
export function finishTime(
  terms: HoursTerms,
  area: Area,
  { now, workSeconds }: { now: Date; workSeconds: number },
): Date | null {
  let [at, leftMs] = [now, workSeconds * 1000];
  for (let n = 0; n < MOST_OPENINGS; n++) {
    const opening = nextOpening(terms, area, at);
    if (!opening) return null;
    const begin = Math.max(at.getTime(), opening.opensAt.getTime());
    const lengthMs = opening.closesAt.getTime() - begin;
    if (leftMs <= lengthMs) return new Date(begin + leftMs);
    leftMs -= lengthMs;
    at = opening.closesAt;
  }
  return null;
}

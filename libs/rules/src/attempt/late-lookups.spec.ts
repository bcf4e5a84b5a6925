import { describe, expect, it } from 'vitest';
import { nextGivenUpLookSeconds, nextLookSeconds } from './late-lookups.js';

function looksOf(isAlive: boolean): number[] {
  const seconds: number[] = [];
  for (let looks = 0; ; looks++) {
    const next = nextGivenUpLookSeconds({ looks, isAlive });
    if (next === null) return seconds;
    seconds.push(next);
  }
}

describe('nextGivenUpLookSeconds', () => {
  it('a given-up call is looked up ever more rarely for over a day, and then no more', () => {
    const seconds = looksOf(false);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    expect(seconds.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(86_400);
  });

  it('a given-up call that is alive is hung up every 30 s until the longest call is over', () => {
    expect(new Set(looksOf(true))).toEqual(new Set([30]));
    expect(looksOf(true).length * 30).toBe(7_200);
  });
});

const SCHEDULE = [60, 300, 1800];

describe('Cost lookups', () => {
  it('cost lookups follow the schedule of the provider, counted from the end, and then stop', () => {
    const pauses = [0, 1, 2, 3].map((looks) => nextLookSeconds(SCHEDULE, looks));
    expect(pauses).toEqual([60, 240, 1500, null]);
  });

  it('a provider without late costs has no cost lookups', () => {
    expect(nextLookSeconds([], 0)).toBeNull();
  });
});

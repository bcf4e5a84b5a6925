import { describe, expect, it } from 'vitest';
import { nextGivenUpLookSeconds } from './given-up-call.js';

function looksOf(isAlive: boolean): number[] {
  const seconds: number[] = [];
  for (let looks = 0; ; looks++) {
    const next = nextGivenUpLookSeconds({ looks, isAlive });
    if (next === null) return seconds;
    seconds.push(next);
  }
}

describe('nextGivenUpLookSeconds', () => {
  it('has a call that was given up looked at more and more seldom, for longer than a day, and then no more', () => {
    const seconds = looksOf(false);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    expect(seconds.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(86_400);
  });

  it('has one that lives hung up every 30 s, until the latest time at which a call may last', () => {
    expect(new Set(looksOf(true))).toEqual(new Set([30]));
    expect(looksOf(true).length * 30).toBe(7_200);
  });
});

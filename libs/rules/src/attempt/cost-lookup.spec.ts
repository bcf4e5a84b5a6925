import { describe, expect, it } from 'vitest';
import { nextLookSeconds } from './cost-lookup.js';

const SCHEDULE = [60, 300, 1800];

describe('Late looks', () => {
  it('come at the times that the provider says, counted from the end, and then no more', () => {
    const pauses = [0, 1, 2, 3].map((looks) => nextLookSeconds(SCHEDULE, looks));
    expect(pauses).toEqual([60, 240, 1500, null]);
  });

  it('are none where nothing comes late', () => {
    expect(nextLookSeconds([], 0)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { nextLookSeconds } from './cost-lookup.js';

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

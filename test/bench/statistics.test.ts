import { describe, expect, it } from 'vitest';
import { percentile } from './statistics.js';

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);

  it.each([
    [0, 1],
    [1, 1],
    [50, 50],
    [95, 95],
    [99.5, 100],
    [100, 100],
  ])('%d of 1 to 100, in any order, is %d', (percent, value) => {
    expect(percentile(hundred, percent)).toBe(value);
  });

  it('is one of the numbers, however few', () => {
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });
});

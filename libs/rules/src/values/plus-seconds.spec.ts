import { describe, expect, it } from 'vitest';
import { plusSeconds } from './plus-seconds.js';

const NOON = new Date('2026-03-04T12:00:00.000Z');

describe('plusSeconds', () => {
  it('returns the time that many seconds later or earlier, to the millisecond', () => {
    expect(plusSeconds(NOON, 90).toISOString()).toBe('2026-03-04T12:01:30.000Z');
    expect(plusSeconds(NOON, -0.0014).toISOString()).toBe('2026-03-04T11:59:59.999Z');
  });

  it.each([Number.NaN, undefined as unknown as number, Infinity])('has no time for %s seconds', (seconds) => {
    expect(() => plusSeconds(NOON, seconds)).toThrow(RangeError);
  });

  it('has no time after one that is none', () => {
    expect(() => plusSeconds(new Date(Number.NaN), 1)).toThrow(RangeError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toldCallback, toldCallSeconds, toldPause, toldTime } from './told-values.js';

const NOW = new Date('2027-01-01T12:00:00Z');
const DAY_SECONDS = 86_400;
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

/** Values that JSON of other parties may have in the place of a number. */
const NO_NUMBERS: readonly unknown[] = [undefined, null, '7', [], {}, true, Number.NaN, Infinity, -Infinity];

describe('toldPause', () => {
  it.each([
    [0, 0],
    [7.5, 7.5],
    [3_600, 3_600],
    [3_601, 3_600],
    [999_999_999, 3_600],
    [1e300, 3_600],
    [-1, undefined],
  ])('the pause %s is read as %s', (seconds, pause) => {
    expect(toldPause(seconds)).toBe(pause);
  });

  it.each(NO_NUMBERS)('the pause %s is ignored', (value) => {
    expect(toldPause(value)).toBeUndefined();
  });

  it('a pause is no longer than the caller allows', () => {
    expect(toldPause(3_600, 900)).toBe(900);
  });
});

describe('toldCallSeconds', () => {
  it.each([
    [0, 0],
    [90.5, 90.5],
    [DAY_SECONDS, DAY_SECONDS],
    [DAY_SECONDS + 1, undefined],
    [1e300, undefined],
    [-60, 0],
    [-61, undefined],
  ])('the length %s is read as %s', (seconds, told) => {
    expect(toldCallSeconds(seconds)).toBe(told);
  });

  it.each(NO_NUMBERS)('the length %s is ignored', (value) => {
    expect(toldCallSeconds(value)).toBeUndefined();
  });
});

describe('toldTime', () => {
  it.each([
    [0, true],
    [-366 * DAY_SECONDS, true],
    [-366 * DAY_SECONDS - 1, false],
    [DAY_SECONDS, true],
    [DAY_SECONDS + 1, false],
    [250_000 * DAY_SECONDS, false],
  ])('a time %i seconds from now is believed: %s', (seconds, isBelieved) => {
    expect(toldTime(inSeconds(seconds), NOW)).toEqual(isBelieved ? inSeconds(seconds) : undefined);
  });

  it('a missing time stays missing', () => {
    expect([toldTime(undefined, NOW), toldTime(new Date('x'), NOW)]).toEqual([undefined, undefined]);
  });
});

describe('toldCallback', () => {
  it.each([
    [300, true],
    [-7_200, true],
    [-7_201, false],
    [366 * DAY_SECONDS, true],
    [366 * DAY_SECONDS + 1, false],
  ])('a call-back %i seconds after the talk is believed: %s', (seconds, isBelieved) => {
    expect(toldCallback(inSeconds(seconds), NOW)).toEqual(isBelieved ? inSeconds(seconds) : undefined);
  });

  it('a call-back lies within a year, or is ignored', () => {
    fc.assert(
      fc.property(fc.date(), (time) => {
        const told = toldCallback(time, NOW);
        if (told) expect(Math.abs(told.getTime() - NOW.getTime())).toBeLessThanOrEqual(366 * DAY_SECONDS * 1_000);
      }),
    );
  });
});

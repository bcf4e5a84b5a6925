import { describe, expect, it } from 'vitest';
import { nextOpening } from '#rules/calling-hours/opening.js';
import { DEFAULT_CALLING_WINDOW } from '#rules/calling-hours/window/calling-window.js';
import { areaOfNumber } from './number-area.js';

const TERMS = {
  window: DEFAULT_CALLING_WINDOW,
  blackoutDates: [],
  skipsPublicHolidays: false,
  usesRulePacks: false,
};

function opening(number: string, now: string): [string, string] | null {
  const found = nextOpening(TERMS, areaOfNumber(number, null), new Date(now));
  return found && [text(found.opensAt), text(found.closesAt)];
}

function text(date: Date): string {
  return date.toISOString().replace(':00.000Z', 'Z');
}

describe('the opening of a number', () => {
  it('a toll-free number is open in the few hours that suit every zone', () => {
    expect(opening('+18002530000', '2026-01-13T12:00Z')).toEqual(['2026-01-13T22:00Z', '2026-01-14T00:30Z']);
  });

  it.each([
    ['a Russian mobile number', '+79161234567', '2026-01-13T06:00Z', '2026-01-13T09:00Z'],
    ['a number of Moscow', '+74951234567', '2026-01-13T05:00Z', '2026-01-13T18:00Z'],
    ['an Australian mobile number', '+61412345678', '2026-01-13T00:00Z', '2026-01-13T10:00Z'],
    ['a number of Perth', '+61892234567', '2026-01-13T00:00Z', '2026-01-13T13:00Z'],
    ['a number of Algiers in summer', '+213551234567', '2026-07-13T07:00Z', '2026-07-13T20:00Z'],
  ])('a number of %s is open in all zones where it may be answered', (_what, number, opensAt, closesAt) => {
    const midnight = `${opensAt.slice(0, 10)}T00:00Z`;
    expect(opening(number, midnight)).toEqual([opensAt, closesAt]);
  });
});

import { describe, expect, it } from 'vitest';
import { DAYS } from './window/calling-window.js';
import { finishTime } from './finish-time.js';

const TERMS = {
  window: { days: DAYS, from: '09:00', to: '17:00' },
  blackoutDates: ['2027-01-16'],
  skipsPublicHolidays: false,
  usesRulePacks: false,
};
const LONDON = { country: 'GB', region: null, zones: ['Europe/London'] };
const NOON = new Date('2027-01-15T12:00:00Z');

describe('finishTime', () => {
  it.each([
    [3_600, '2027-01-15T13:00:00Z'],
    [5 * 3_600, '2027-01-15T17:00:00Z'],
    [6 * 3_600, '2027-01-17T10:00:00Z'],
    [14 * 3_600, '2027-01-18T10:00:00Z'],
  ])('the work of %d s falls into the open hours', (workSeconds, expected) => {
    expect(finishTime(TERMS, LONDON, { now: NOON, workSeconds })).toEqual(new Date(expected));
  });

  it('work in an area that never opens has no end', () => {
    expect(finishTime(TERMS, { ...LONDON, zones: [] }, { now: NOON, workSeconds: 1 })).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { DAYS } from './window/calling-window.js';
import { narrowedHours } from './narrowed-hours.js';
import type { HoursTerms } from './opening.js';

const TERMS: HoursTerms = {
  window: { days: DAYS, from: '08:00', to: '21:00' },
  blackoutDates: [],
  skipsPublicHolidays: false,
  usesRulePacks: false,
};
/** Summer in Sydney, winter in New York. */
const NOW = new Date('2026-01-14T12:00:00Z');

const narrowed = (zones: readonly string[], mainZone: string | null, terms: Partial<HoursTerms> = {}) =>
  narrowedHours({ ...TERMS, ...terms }, { country: null, region: null, zones }, { now: NOW, mainZone });

describe('The hours that several zones leave', () => {
  it('the hours are those in which all zones are open, by the clock of most people', () => {
    expect(narrowed(['Australia/Perth', 'Australia/Sydney'], 'Australia/Sydney')).toEqual({
      clock: 'Australia/Sydney',
      from: '11:00',
      to: '21:00',
      openMinutes: 600,
      minutesInOneZone: 780,
    });
  });

  it('the hours follow the likeliest zone if the main one is not among the zones', () => {
    expect(narrowed(['America/Denver', 'America/Los_Angeles'], 'America/New_York')).toMatchObject({
      clock: 'America/Denver',
      from: '09:00',
      to: '21:00',
      openMinutes: 720,
    });
  });

  it('an area whose zones are never all open has no hours', () => {
    const window = { days: DAYS, from: '09:00', to: '10:00' };
    expect(narrowed(['Asia/Kamchatka', 'Europe/Moscow'], 'Europe/Moscow', { window })).toEqual({
      clock: 'Europe/Moscow',
      from: null,
      to: null,
      openMinutes: 0,
      minutesInOneZone: 60,
    });
  });

  it.each([
    ['one zone', ['Europe/London'], TERMS.window],
    ['no zone', [], TERMS.window],
    ['clocks that agree', ['Asia/Gaza', 'Asia/Hebron'], TERMS.window],
    ['a window around the clock', ['Australia/Perth', 'Australia/Sydney'], { days: DAYS, from: '00:00', to: '24:00' }],
    ['a window that is never open', ['Australia/Perth', 'Australia/Sydney'], { days: [], from: '08:00', to: '21:00' }],
  ] as const)('the hours are not narrowed: %s', (_what, zones, window) => {
    expect(narrowed(zones, zones[0] ?? null, { window })).toBeNull();
  });
});

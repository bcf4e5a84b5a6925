import { describe, expect, it } from 'vitest';
import type { Area } from '../area/area.js';
import { DAYS, DEFAULT_CALLING_WINDOW, type CallingWindow } from './window/calling-window.js';
import { hoursVerdict, nextOpening, type HoursTerms } from './opening.js';

const TERMS: HoursTerms = {
  window: DEFAULT_CALLING_WINDOW,
  blackoutDates: [],
  skipsPublicHolidays: false,
  usesRulePacks: false,
};

function at(...zones: string[]): Area {
  return { country: null, region: null, zones };
}

function windowOf(from: string, to: string, days: CallingWindow['days'] = DAYS): HoursTerms {
  return { ...TERMS, window: { days, from, to } };
}

function opening(terms: HoursTerms, area: Area, now: string): [string, string] | null {
  const found = nextOpening(terms, area, new Date(now));
  return found && [text(found.opensAt), text(found.closesAt)];
}

function text(date: Date): string {
  return date.toISOString().replace(':00.000Z', 'Z');
}

describe('nextOpening', () => {
  it.each([
    ['2026-06-10T12:00Z', '2026-06-10T12:00Z', '2026-06-11T01:00Z'],
    ['2026-06-10T11:59Z', '2026-06-10T12:00Z', '2026-06-11T01:00Z'],
    ['2026-06-11T00:59Z', '2026-06-10T12:00Z', '2026-06-11T01:00Z'],
    ['2026-06-11T01:00Z', '2026-06-11T12:00Z', '2026-06-12T01:00Z'],
  ])('the opening in New York at %s lasts from %s to %s', (now, opens, closes) => {
    expect(opening(TERMS, at('America/New_York'), now)).toEqual([opens, closes]);
  });

  it.each([
    ['America/New_York', '2026-03-08T05:00Z', '2026-03-08T06:30Z', '2026-03-08T07:30Z'],
    ['America/New_York', '2026-11-01T04:30Z', '2026-11-01T05:30Z', '2026-11-01T06:00Z'],
    ['America/New_York', '2026-11-01T06:00Z', '2026-11-01T06:30Z', '2026-11-01T08:30Z'],
    ['Europe/London', '2026-03-29T00:00Z', '2026-03-29T01:00Z', '2026-03-29T02:30Z'],
    ['Europe/London', '2026-10-24T23:30Z', '2026-10-25T00:30Z', '2026-10-25T01:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T14:00Z', '2026-04-04T14:30Z', '2026-04-04T17:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T14:00Z', '2026-10-03T15:00Z', '2026-10-03T16:30Z'],
  ])('the opening follows the local time of %s through the night of a change, from %s', (zone, now, opens, closes) => {
    expect(opening(windowOf('01:30', '03:30'), at(zone), now)).toEqual([opens, closes]);
  });

  it('an hour that the clock skips has no opening', () => {
    const terms = windowOf('02:00', '03:00');
    expect(opening(terms, at('America/New_York'), '2026-03-08T05:00Z')).toEqual([
      '2026-03-09T06:00Z',
      '2026-03-09T07:00Z',
    ]);
  });

  it('both passes of a repeated hour count', () => {
    const terms = windowOf('01:00', '02:00');
    expect(opening(terms, at('America/New_York'), '2026-11-01T04:00Z')).toEqual([
      '2026-11-01T05:00Z',
      '2026-11-01T07:00Z',
    ]);
  });

  it('offsets of three quarters of an hour count', () => {
    expect(opening(TERMS, at('Asia/Kathmandu'), '2026-06-10T00:00Z')).toEqual([
      '2026-06-10T02:15Z',
      '2026-06-10T15:15Z',
    ]);
  });

  it('the day that Samoa left out has no hours', () => {
    const fridays = windowOf('08:00', '21:00', ['fri']);
    expect(opening(fridays, at('Pacific/Apia'), '2011-12-29T00:00Z')).toEqual([
      '2012-01-05T18:00Z',
      '2012-01-06T07:00Z',
    ]);
    expect(opening(TERMS, at('Pacific/Apia'), '2011-12-30T08:00Z')).toEqual(['2011-12-30T18:00Z', '2011-12-31T07:00Z']);
  });

  it('a window over midnight belongs to the day on which it began', () => {
    const friday = windowOf('22:00', '02:00', ['fri']);
    expect(opening(friday, at('UTC'), '2026-06-12T00:30Z')).toEqual(['2026-06-12T22:00Z', '2026-06-13T02:00Z']);
    expect(opening(friday, at('UTC'), '2026-06-13T01:59Z')).toEqual(['2026-06-12T22:00Z', '2026-06-13T02:00Z']);
    expect(opening(friday, at('UTC'), '2026-06-13T02:00Z')).toEqual(['2026-06-19T22:00Z', '2026-06-20T02:00Z']);
  });

  it('a window over midnight ends at midnight if the next date is blacked out', () => {
    const terms = { ...windowOf('22:00', '02:00', ['fri']), blackoutDates: ['2026-06-13'] };
    expect(opening(terms, at('UTC'), '2026-06-12T12:00Z')).toEqual(['2026-06-12T22:00Z', '2026-06-13T00:00Z']);
  });

  it('days that touch at 24:00 are one opening', () => {
    const terms = windowOf('00:00', '24:00', ['sat', 'sun']);
    expect(opening(terms, at('UTC'), '2026-06-10T12:00Z')).toEqual(['2026-06-13T00:00Z', '2026-06-15T00:00Z']);
  });

  it('days are joined over the turn of the year', () => {
    const terms = windowOf('20:00', '04:00');
    expect(opening(terms, at('UTC'), '2026-12-31T23:00Z')).toEqual(['2026-12-31T20:00Z', '2027-01-01T04:00Z']);
  });

  it('an opening without end is given for eight days around', () => {
    const found = nextOpening(windowOf('00:00', '24:00'), at('UTC'), new Date('2026-06-10T12:00Z'));
    expect(found?.opensAt.getTime()).toBeLessThan(Date.parse('2026-06-03T00:00Z'));
    expect(found?.closesAt.getTime()).toBeGreaterThan(Date.parse('2026-06-18T00:00Z'));
  });

  it('an area opens when all its zones are open', () => {
    const area = at('America/Chicago', 'America/New_York');
    expect(opening(TERMS, area, '2026-06-10T12:30Z')).toEqual(['2026-06-10T13:00Z', '2026-06-11T01:00Z']);
  });

  it('blackout dates are skipped, on the calendar of the area', () => {
    const terms = { ...TERMS, blackoutDates: ['2026-06-11', '2026-06-12'] };
    expect(opening(terms, at('Asia/Tokyo'), '2026-06-10T20:00Z')).toEqual(['2026-06-12T23:00Z', '2026-06-13T12:00Z']);
  });

  it('an area has no opening if its zones are never open together within 400 days, or unknown', () => {
    const apart = windowOf('09:00', '10:00');
    expect(opening(apart, at('Asia/Tokyo', 'America/New_York'), '2026-06-10T00:00Z')).toBeNull();
    const dates = Array.from({ length: 410 }, (_, day) =>
      new Date(Date.UTC(2026, 5, 1 + day)).toISOString().slice(0, 10),
    );
    expect(opening({ ...TERMS, blackoutDates: dates }, at('UTC'), '2026-06-01T00:00Z')).toBeNull();
    expect(opening({ ...TERMS, blackoutDates: dates }, at('UTC'), '2026-06-20T00:00Z')).not.toBeNull();
    expect(opening(TERMS, at(), '2026-06-10T12:00Z')).toBeNull();
  });
});

describe('public holidays', () => {
  const terms = { ...TERMS, skipsPublicHolidays: true };

  it('the holidays are those of the country, and of the region if it is known', () => {
    const utah: Area = { country: 'US', region: 'US-UT', zones: ['America/Denver'] };
    const pioneerDay = '2026-07-24T18:00Z';
    expect(hoursVerdict(terms, utah, new Date(pioneerDay)).closed_by).toBe('public_holiday');
    expect(hoursVerdict(terms, { ...utah, region: null }, new Date(pioneerDay)).closed_by).toBeNull();
    expect(hoursVerdict(TERMS, utah, new Date(pioneerDay)).closed_by).toBeNull();
  });

  it.each([
    ['GB', 'Europe/London', '2026-12-25'],
    ['DE', 'Europe/Berlin', '2026-10-03'],
    ['US', 'America/New_York', '2026-11-26'],
    ['JP', 'Asia/Tokyo', '2026-01-01'],
  ])('a holiday closes the whole day in %s', (country, zone, date) => {
    const area: Area = { country, region: null, zones: [zone] };
    const allDay = { ...terms, window: { days: DAYS, from: '00:00', to: '24:00' } };
    const found = nextOpening(allDay, area, new Date(Date.parse(date) - 36 * 3_600_000));
    expect(hoursVerdict(allDay, area, found?.closesAt ?? new Date(0)).zones[0]?.local_time.slice(0, 16)).toBe(
      `${date}T00:00`,
    );
  });

  it('a country without a calendar has no known holidays', () => {
    const area: Area = { country: 'ZZ', region: null, zones: ['UTC'] };
    expect(hoursVerdict(terms, area, new Date('2026-12-25T12:00Z')).isOpen).toBe(true);
  });
});

describe('hoursVerdict', () => {
  const florida: Area = { country: 'US', region: 'US-FL', zones: ['America/Chicago', 'America/New_York'] };

  it('the verdict shows its clocks and packs', () => {
    const verdict = hoursVerdict({ ...TERMS, usesRulePacks: true }, florida, new Date('2026-06-11T00:30:05Z'));
    expect(verdict).toEqual({
      isOpen: false,
      zones: [
        { zone: 'America/Chicago', local_time: '2026-06-10T19:30:05-05:00' },
        { zone: 'America/New_York', local_time: '2026-06-10T20:30:05-04:00' },
      ],
      packs: [
        { id: 'us', version: '2026.1' },
        { id: 'us-fl', version: '2026.2' },
      ],
      closed_by: 'rule_pack',
      opening: { opensAt: new Date('2026-06-11T13:00Z'), closesAt: new Date('2026-06-12T00:00Z') },
      asks: { recording_notice: ['us-fl@2026.2'] },
    });
  });

  it.each([
    ['2026-06-11T14:00Z', {}, null],
    ['2026-06-11T12:30Z', {}, 'window'],
    ['2026-06-11T14:00Z', { blackoutDates: ['2026-06-11'] }, 'blackout_date'],
    ['2026-12-25T15:00Z', { skipsPublicHolidays: true }, 'public_holiday'],
    ['2026-06-12T00:30Z', { usesRulePacks: true }, 'rule_pack'],
  ])('the verdict at %s under %j is: closed by %s', (now, change, reason) => {
    const verdict = hoursVerdict({ ...TERMS, ...change }, florida, new Date(now));
    expect([verdict.isOpen, verdict.closed_by]).toEqual([reason === null, reason]);
    expect(verdict.opening && verdict.opening.opensAt <= new Date(now)).toBe(reason === null);
  });

  it('an area without a known zone is closed', () => {
    const verdict = hoursVerdict(TERMS, at(), new Date('2026-06-11T14:00Z'));
    expect(verdict).toEqual({
      isOpen: false,
      zones: [],
      packs: [],
      closed_by: 'zone_unknown',
      opening: null,
      asks: {},
    });
  });

  it('offsets of half hours west of Greenwich are written correctly', () => {
    const verdict = hoursVerdict(TERMS, at('America/St_Johns'), new Date('2026-01-11T14:00Z'));
    expect(verdict.zones[0]?.local_time).toBe('2026-01-11T10:30:00-03:30');
  });
});

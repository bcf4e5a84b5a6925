import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../place.js';
import { DAYS, DEFAULT_CALLING_WINDOW } from '../calling-window.js';
import { hoursVerdict, nextOpening } from '../opening.js';
import { COUNTRY_PACKS } from './countries.js';
import { packsFor } from './packs-for.js';
import { US_STATE_PACKS } from './us-states.js';

const ALL = [...COUNTRY_PACKS, ...US_STATE_PACKS];
const TERMS = { window: DEFAULT_CALLING_WINDOW, blackoutDates: [], skipsPublicHolidays: false, usesRulePacks: true };

function place(country: string | null, region: string | null, zone = 'America/New_York'): Place {
  return { country, region, zones: [zone] };
}

function ids(where: Place, date = '2026-11-23'): string[] {
  return packsFor(where, date).map(({ id }) => id);
}

describe('the packs', () => {
  it.each(ALL)('$id are whole', (pack) => {
    expect(pack.id).toBe(pack.jurisdiction.toLowerCase());
    expect(pack.version).toMatch(/^\d{4}\.\d+$/);
    expect(pack.effective_from).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(pack.checked_on >= pack.effective_from).toBe(true);
    expect(pack.source.length).toBeGreaterThan(10);
    expect(Object.keys(pack.hours)).toEqual([...DAYS]);
    for (const hours of Object.values(pack.hours)) {
      if (hours) expect(hours[0] < hours[1]).toBe(true);
    }
  });

  it('have names of their own', () => {
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
  });

  it.each(US_STATE_PACKS)('$id are stricter than the federal rule', ({ hours, closed_on_public_holidays: closed }) => {
    const days = Object.values(hours);
    expect(closed || days.some((day) => day === null || day[0] > '08:00' || day[1] < '21:00')).toBe(true);
    expect(days.every((day) => day === null || (day[0] >= '08:00' && day[1] <= '21:00'))).toBe(true);
  });
});

describe('packsFor', () => {
  it.each([
    [place('US', 'US-FL'), ['us', 'us-fl']],
    [place('US', 'US-NY'), ['us']],
    [place('PR', null), ['us']],
    [place('CA', 'CA-ON'), ['ca']],
    [place('GB', null), ['gb']],
    [place('DE', null), []],
    [place(null, null), []],
  ])('%j: %j', (where, expected) => {
    expect(ids(where)).toEqual(expected);
  });

  it('binds a number of an unknown state by the rules of all', () => {
    expect(ids(place('US', null))).toEqual(['us', ...US_STATE_PACKS.map(({ id }) => id)]);
  });

  it('leaves out what is not in force yet', () => {
    expect(ids(place('US', 'US-MD'), '2023-12-31')).toEqual(['us']);
    expect(ids(place('US', 'US-MD'), '2024-01-01')).toEqual(['us', 'us-md']);
  });
});

describe('the hours under rule packs', () => {
  it.each([
    ['US-FL', '2026-06-10T10:00Z', '2026-06-10T12:00Z', '2026-06-11T00:00Z'],
    ['US-KY', '2026-06-10T10:00Z', '2026-06-10T14:00Z', '2026-06-11T01:00Z'],
    ['US-RI', '2026-06-13T23:00Z', '2026-06-15T13:00Z', '2026-06-15T22:00Z'],
    ['US-AL', '2026-07-03T02:00Z', '2026-07-06T12:00Z', '2026-07-07T00:00Z'],
    [null, '2026-06-10T04:00Z', '2026-06-10T14:00Z', '2026-06-10T22:00Z'],
  ])('%s, from %s: %s to %s', (region, now, opens, closes) => {
    const found = nextOpening(TERMS, place('US', region), new Date(now));
    expect([found?.opensAt, found?.closesAt]).toEqual([new Date(opens), new Date(closes)]);
  });

  it('begin on the date on which a pack does', () => {
    const maryland = place('US', 'US-MD');
    expect(hoursVerdict(TERMS, maryland, new Date('2024-01-01T01:30Z')).isOpen).toBe(true);
    expect(hoursVerdict(TERMS, maryland, new Date('2024-01-02T01:30Z')).closed_by).toBe('rule_pack');
  });

  it('leave a toll-free number no hour at all that suits every state in every zone', () => {
    const zones = ['America/New_York', 'Pacific/Guam', 'Pacific/Honolulu'];
    expect(nextOpening(TERMS, { country: 'US', region: null, zones }, new Date('2026-06-10T00:00Z'))).toBeNull();
  });
});

describe('docs/compliance.md', () => {
  const lines = readFileSync('docs/compliance.md', 'utf8').split('\n');
  const rowOf = (id: string) => lines.find((line) => line.startsWith(`| \`${id}\``)) ?? '';

  it.each(ALL)('tells of $id what the data say', (pack) => {
    const row = rowOf(pack.id);
    const times = new Set(Object.values(pack.hours).flatMap((hours) => (hours ? [hours.join('–')] : [])));
    expect(new Set(row.match(/\d\d:\d\d–\d\d:\d\d/g))).toEqual(times);
    expect(row).toContain(pack.closed_on_public_holidays ? 'closed' : 'open');
    expect(row).toContain(pack.checked_on);
  });

  it('tells of no other', () => {
    expect(lines.filter((line) => line.startsWith('| `')).length).toBe(ALL.length);
  });
});

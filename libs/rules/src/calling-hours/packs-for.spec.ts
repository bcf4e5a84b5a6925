import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Area } from '../area/area.js';
import { DAYS, DEFAULT_CALLING_WINDOW } from './window/calling-window.js';
import { hoursVerdict, nextOpening } from './opening.js';
import { COUNTRY_PACKS } from './packs/countries.js';
import { packsFor, wordsAskedBy } from './packs-for.js';
import type { RulePack } from './packs/rule-pack.js';
import { US_STATE_PACKS } from './packs/us-states.js';

const ALL = [...COUNTRY_PACKS, ...US_STATE_PACKS];
const ANY_HOURS = '00:00–24:00';
const isLimiting = ({ hours }: RulePack) => Object.values(hours).some((day) => day?.join('–') !== ANY_HOURS);
const TERMS = { window: DEFAULT_CALLING_WINDOW, blackoutDates: [], skipsPublicHolidays: false, usesRulePacks: true };

function area(country: string | null, region: string | null, zone = 'America/New_York'): Area {
  return { country, region, zones: [zone] };
}

function ids(where: Area, date = '2026-11-23'): string[] {
  return packsFor(where, date).map(({ id }) => id);
}

describe('the packs', () => {
  it.each(ALL)('the pack $id is complete', (pack) => {
    expect(pack.id).toBe(pack.jurisdiction.toLowerCase());
    expect(pack.version).toMatch(/^\d{4}\.\d+$/);
    expect(pack.effective_from).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(pack.checked_on >= pack.effective_from).toBe(true);
    expect(pack.source.length).toBeGreaterThan(10);
    expect(Object.keys(pack.hours)).toEqual([...DAYS]);
    for (const hours of Object.values(pack.hours)) {
      if (hours) expect(hours[0] < hours[1]).toBe(true);
    }
    for (const { source, effective_from, checked_on } of pack.words) {
      expect(source.length).toBeGreaterThan(10);
      expect(effective_from).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(checked_on).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  it('the packs have unique ids', () => {
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
  });

  it.each(ALL)('the pack $id limits hours or requires words', ({ hours, words }) => {
    expect(words.length > 0 || Object.values(hours).some((day) => day?.join('–') !== ANY_HOURS)).toBe(true);
  });

  const limiting = US_STATE_PACKS.filter(isLimiting);
  it.each(limiting)(
    'the pack $id is stricter than the federal rule',
    ({ hours, closed_on_public_holidays: closed }) => {
      const days = Object.values(hours);
      expect(closed || days.some((day) => day === null || day[0] > '08:00' || day[1] < '21:00')).toBe(true);
      expect(days.every((day) => day === null || (day[0] >= '08:00' && day[1] <= '21:00'))).toBe(true);
    },
  );
});

describe('packsFor', () => {
  it.each([
    [area('US', 'US-FL'), ['us', 'us-fl']],
    [area('US', 'US-NY'), ['us']],
    [area('PR', null), ['us']],
    [area('CA', 'CA-ON'), ['ca']],
    [area('GB', null), ['gb']],
    [area('DE', null), ['eu']],
    [area('RE', null), ['eu']],
    [area('CH', null), ['ch']],
    [area('NO', null), []],
    [area(null, null), []],
  ])('the area %j has the packs %j', (where, expected) => {
    expect(ids(where)).toEqual(expected);
  });

  it('a number of an unknown state is bound by the rules of all states', () => {
    expect(ids(area('US', null))).toEqual(['us', ...US_STATE_PACKS.map(({ id }) => id)]);
  });

  it('a pack that is not yet in force does not bind', () => {
    expect(ids(area('US', 'US-MD'), '2023-12-31')).toEqual(['us']);
    expect(ids(area('US', 'US-MD'), '2024-01-01')).toEqual(['us', 'us-md']);
  });
});

describe('wordsAskedBy', () => {
  it.each([
    ['US', 'US-CA', '2026-11-30', { disclosure: ['us-ca@2026.2'], recording_notice: ['us-ca@2026.2'] }],
    ['US', 'US-FL', '2026-11-30', { recording_notice: ['us-fl@2026.2'] }],
    ['US', 'US-NY', '2026-11-30', {}],
    ['GB', null, '2026-11-30', { recording_notice: ['gb@2026.2'] }],
    ['DE', null, '2026-08-01', { recording_notice: ['eu@2026.1'] }],
    ['DE', null, '2026-08-02', { disclosure: ['eu@2026.1'], recording_notice: ['eu@2026.1'] }],
    [null, null, '2026-11-30', {}],
  ])('the words %s in %s on %s are required by %j', (country, region, date, expected) => {
    expect(wordsAskedBy(area(country, region), date)).toEqual(expected);
  });

  it('a number of an unknown state requires what any state does', () => {
    const asked = wordsAskedBy(area('US', null), '2026-11-30');
    expect(asked.disclosure).toEqual(['us-ca@2026.2']);
    expect(asked.recording_notice).toContain('us-pa@2026.2');
  });

  it('the verdict names the required words at the end of the opening, and none without packs', () => {
    const berlin = { country: 'DE', region: null, zones: ['Europe/Berlin'] };
    const window = { ...DEFAULT_CALLING_WINDOW, days: ['sun'] as const };
    const terms = { ...TERMS, window: { ...window, days: [...window.days] } };
    const saturday = new Date('2026-08-01T10:00Z');
    expect(hoursVerdict(terms, berlin, saturday).asks.disclosure).toEqual(['eu@2026.1']);
    expect(hoursVerdict(TERMS, berlin, new Date('2026-07-20T10:00Z')).asks.disclosure).toBeUndefined();
    expect(hoursVerdict({ ...terms, usesRulePacks: false }, berlin, saturday).asks).toEqual({});
  });
});

describe('the hours under rule packs', () => {
  it.each([
    ['US-FL', '2026-06-10T10:00Z', '2026-06-10T12:00Z', '2026-06-11T00:00Z'],
    ['US-KY', '2026-06-10T10:00Z', '2026-06-10T14:00Z', '2026-06-11T01:00Z'],
    ['US-RI', '2026-06-13T23:00Z', '2026-06-15T13:00Z', '2026-06-15T22:00Z'],
    ['US-AL', '2026-07-03T02:00Z', '2026-07-06T12:00Z', '2026-07-07T00:00Z'],
    [null, '2026-06-10T04:00Z', '2026-06-10T14:00Z', '2026-06-10T22:00Z'],
  ])('the hours in %s, from %s: %s to %s', (region, now, opens, closes) => {
    const found = nextOpening(TERMS, area('US', region), new Date(now));
    expect([found?.opensAt, found?.closesAt]).toEqual([new Date(opens), new Date(closes)]);
  });

  it('a pack changes the hours on its first day', () => {
    const maryland = area('US', 'US-MD');
    expect(hoursVerdict(TERMS, maryland, new Date('2024-01-01T01:30Z')).isOpen).toBe(true);
    expect(hoursVerdict(TERMS, maryland, new Date('2024-01-02T01:30Z')).closed_by).toBe('rule_pack');
  });

  it('a toll-free number has no hour that suits every state in every zone', () => {
    const zones = ['America/New_York', 'Pacific/Guam', 'Pacific/Honolulu'];
    expect(nextOpening(TERMS, { country: 'US', region: null, zones }, new Date('2026-06-10T00:00Z'))).toBeNull();
  });
});

describe('docs/compliance.md', () => {
  const lines = readFileSync('docs/compliance.md', 'utf8').split('\n');
  const tableOf = (second: string) => {
    const from = lines.findIndex((line) => line.startsWith('| pack') && line.includes(second));
    return lines.slice(from + 2, lines.indexOf('', from));
  };
  const hours = tableOf('hours (local)');
  const words = tableOf('says first');
  const rowsOf = (table: string[], id: string) => table.filter((line) => line.startsWith(`| \`${id}\``));

  it.each(ALL.filter(isLimiting))('the page states the hours of $id as the data do', (pack) => {
    const [row = ''] = rowsOf(hours, pack.id);
    const times = new Set(Object.values(pack.hours).flatMap((day) => (day ? [day.join('–')] : [])));
    expect(new Set(row.match(/\d\d:\d\d–\d\d:\d\d/g))).toEqual(times);
    expect(row).toContain(pack.closed_on_public_holidays ? 'closed' : 'open');
    expect(row).toContain(pack.checked_on);
  });

  it.each(ALL.flatMap(({ id, words: rules }) => rules.map((rule) => ({ id, ...rule }))))(
    'the page states the $kind of $id as the data do',
    ({ id, kind, ...rule }) => {
      const [row = ''] = rowsOf(words, id).filter((line) => line.includes(`\`${kind}\``));
      const since = rule.effective_from === '2020-01-01' ? 'before 2020' : rule.effective_from;
      for (const told of [rule.source, since, rule.checked_on]) expect(row).toContain(told);
    },
  );

  it('the page states no other pack', () => {
    expect(hours.length).toBe(ALL.filter(isLimiting).length);
    expect(words.length).toBe(ALL.flatMap((pack) => pack.words).length);
  });
});

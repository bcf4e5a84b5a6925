import { Temporal } from '@js-temporal/polyfill';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Area } from '../area/area.js';
import { DAYS, type CallingWindow } from './window/calling-window.js';
import { hoursVerdict, nextOpening, type HoursTerms } from './opening.js';
import { packsFor } from './packs-for.js';

const DAY_MS = 86_400_000;
const HALF_HOUR_ZONES = [
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Australia/Eucla',
  'America/St_Johns',
  'Pacific/Chatham',
];
const CHANGES = [
  '2024-03-10T07:00Z',
  '2025-11-02T06:00Z',
  '2026-03-29T01:00Z',
  '2026-04-04T15:00Z',
  '2027-10-31T01:00Z',
];
const REGIONS = [null, 'US-FL', 'US-TX', 'US-SD', 'US-MS'];

it('the opening agrees with Temporal about every instant', () => {
  let instants = 0;
  fc.assert(
    fc.property(termsArbitrary(), areaArbitrary(), nowArbitrary(), fractions(), (terms, area, now, parts) => {
      const isOpen = (atMs: number) => isOpenByTemporal(terms, area, atMs);
      const opening = nextOpening(terms, area, now);
      const expected = expectations(opening, now.getTime(), parts);
      instants += expected.length;
      for (const [atMs, open] of expected) {
        expect([new Date(atMs).toISOString(), isOpen(atMs)]).toEqual([new Date(atMs).toISOString(), open]);
      }
    }),
    { numRuns: 1_200 },
  );
  expect(instants).toBeGreaterThan(10_000);
});

it('terms that are always open are open now, wherever and whenever', () => {
  fc.assert(
    fc.property(termsArbitrary(), areaArbitrary(), nowArbitrary(), fc.boolean(), (terms, area, now, isKnown) => {
      const open = { ...terms, isAlwaysOpen: true };
      const anywhere = isKnown ? area : { ...area, zones: [] };
      const verdict = hoursVerdict(open, anywhere, now);
      expect(verdict).toMatchObject({ isOpen: true, closed_by: null, packs: [], asks: {} });
      expect(verdict.opening).toEqual(nextOpening(open, anywhere, now));
      const { opensAt, closesAt } = verdict.opening!;
      expect(opensAt <= now && now < closesAt).toBe(true);
    }),
  );
});

/** Instants, and whether they must be open if the opening is the one that holds now or comes next. */
function expectations(opening: ReturnType<typeof nextOpening>, nowMs: number, parts: number[]): [number, boolean][] {
  if (!opening) return parts.map((part) => [nowMs + Math.floor(part * 300 * DAY_MS), false]);
  const [opensMs, closesMs] = [opening.opensAt.getTime(), opening.closesAt.getTime()];
  expect(opensMs).toBeLessThan(closesMs);
  expect(closesMs).toBeGreaterThan(nowMs);
  const edges: [number, boolean][] = [
    [nowMs, opensMs <= nowMs],
    [opensMs, true],
    [closesMs - 1, true],
  ];
  if (closesMs < nowMs + 8 * DAY_MS) edges.push([closesMs, false]);
  if (opensMs > nowMs - 8 * DAY_MS) edges.push([opensMs - 1, false]);
  const within: [number, boolean][] = parts.map((part) => [opensMs + Math.floor(part * (closesMs - opensMs)), true]);
  const before: [number, boolean][] = parts.map((part) => [nowMs + Math.floor(part * (opensMs - nowMs)), false]);
  return [...edges, ...within, ...(opensMs > nowMs ? before : [])];
}

function isOpenByTemporal(terms: HoursTerms, area: Area, atMs: number): boolean {
  return area.zones.every((zone) => {
    const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
    const date = local.toPlainDate().toString();
    return (
      isInWindow(terms.window, local) && !terms.blackoutDates.includes(date) && packsAllow(terms, area, local, date)
    );
  });
}

function isInWindow(window: CallingWindow, local: Temporal.ZonedDateTime): boolean {
  const time = local.toPlainTime().toString().slice(0, 5);
  const today = DAYS[local.dayOfWeek - 1] ?? 'mon';
  const yesterday = DAYS[local.dayOfWeek === 1 ? 6 : local.dayOfWeek - 2] ?? 'mon';
  if (window.from < window.to) return window.days.includes(today) && window.from <= time && time < window.to;
  return (window.days.includes(today) && window.from <= time) || (window.days.includes(yesterday) && time < window.to);
}

function packsAllow(terms: HoursTerms, area: Area, local: Temporal.ZonedDateTime, date: string): boolean {
  if (!terms.usesRulePacks) return true;
  const time = local.toPlainTime().toString().slice(0, 5);
  return packsFor(area, date).every(({ hours }) => {
    const [from, to] = hours[DAYS[local.dayOfWeek - 1] ?? 'mon'] ?? ['24:00', '00:00'];
    return from <= time && time < to;
  });
}

function termsArbitrary(): fc.Arbitrary<HoursTerms> {
  const time = fc.integer({ min: 0, max: 1_439 }).map(clockTime);
  const span = fc.oneof(
    fc.tuple(time, fc.oneof({ weight: 5, arbitrary: time }, { weight: 1, arbitrary: fc.constant('24:00') })),
    fc.constantFrom(['00:00', '24:00'] as const, ['01:30', '02:30'] as const, ['22:00', '02:15'] as const),
  );
  return fc.record({
    window: fc
      .tuple(fc.subarray([...DAYS], { minLength: 1 }), span)
      .filter(([, [from, to]]) => from !== to)
      .map(([days, [from, to]]) => ({ days, from, to })),
    blackoutDates: fc.array(
      nowArbitrary().map((date) => date.toISOString().slice(0, 10)),
      { maxLength: 3 },
    ),
    skipsPublicHolidays: fc.constant(false),
    usesRulePacks: fc.boolean(),
  });
}

/** Regions with packs that close on holidays stay out: holidays have tests of their own. */
function areaArbitrary(): fc.Arbitrary<Area> {
  const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'), ...HALF_HOUR_ZONES, ...HALF_HOUR_ZONES);
  const region = fc.constantFrom(...REGIONS);
  return fc
    .record({ zones: fc.uniqueArray(zone, { minLength: 1, maxLength: 3 }), region })
    .map(({ zones, region }) => ({
      country: region === null ? 'CA' : 'US',
      region,
      zones: zones.sort(),
    }));
}

function nowArbitrary(): fc.Arbitrary<Date> {
  const anyTime = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 11, 31) });
  const nearChange = fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -2 * DAY_MS, max: DAY_MS }))
    .map(([change, ms]) => Date.parse(change) + ms);
  return fc.oneof(anyTime, nearChange).map((ms) => new Date(ms));
}

function fractions(): fc.Arbitrary<number[]> {
  return fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { minLength: 6, maxLength: 6 });
}

function clockTime(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

import type Holidays from 'date-holidays';
import { createRequire } from 'node:module';
import type { Area } from '../area/area.js';
import { DAY_MS } from './window/calendar-day.js';

const holidaysOfYear = new Map<string, ReadonlySet<string>>();
let calendar: typeof Holidays | undefined;

/**
 * True if the date is a public holiday where the person is. Half holidays count as whole ones. Without a known region
 * only nationwide holidays count; a country without a calendar has none.
 *
 * @param date YYYY-MM-DD
 */
export function isPublicHoliday({ country, region }: Pick<Area, 'country' | 'region'>, date: string): boolean {
  if (country === null) return false;
  const where = [country, ...(region === null ? [] : [region.slice(country.length + 1)])];
  const year = Number(date.slice(0, 4));
  return [year, year - 1].some((started) => holidaysIn(where, started).has(date));
}

function holidaysIn(where: readonly string[], year: number): ReadonlySet<string> {
  const key = `${where.join('-')} ${year}`;
  let dates = holidaysOfYear.get(key);
  if (!dates) holidaysOfYear.set(key, (dates = readHolidays(where, year)));
  return dates;
}

/** Reads the holidays of a year. The calendars of all countries are 2 MB of rules, so they load on first use. */
function readHolidays([country = '', state]: readonly string[], year: number): ReadonlySet<string> {
  calendar ??= createRequire(import.meta.url)('date-holidays') as typeof Holidays;
  const options = { types: ['public' as const], timezone: 'UTC' };
  const holidays = state === undefined ? new calendar(country, options) : new calendar(country, state, options);
  const found = holidays.getHolidays(year).filter(({ type }) => type === 'public');
  return new Set(found.flatMap(({ start, end }) => datesBetween(start.getTime(), end.getTime())));
}

function datesBetween(startMs: number, endMs: number): string[] {
  const firstMs = Math.floor(startMs / DAY_MS) * DAY_MS;
  const count = Math.ceil((endMs - firstMs) / DAY_MS);
  return Array.from({ length: count }, (_, index) => new Date(firstMs + index * DAY_MS).toISOString().slice(0, 10));
}

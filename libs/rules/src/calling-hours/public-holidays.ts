import type Holidays from 'date-holidays';
import { createRequire } from 'node:module';
import type { Place } from '../area/area.js';
import { DAY_MS } from './window/calendar-day.js';

const holidaysOfYear = new Map<string, ReadonlySet<string>>();
let calendar: typeof Holidays | undefined;

/**
 * Is this a public holiday where the person is? Days that are half a holiday count whole. Without a known region only
 * those count that the whole country has; in a country without a calendar, none.
 *
 * @param date YYYY-MM-DD
 */
export function isPublicHoliday({ country, region }: Pick<Place, 'country' | 'region'>, date: string): boolean {
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

/** The calendars of all countries are 2 MB of rules: nobody loads them who does not ask. */
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

import { DAYS, type Day } from './calling-window.js';

export const DAY_MS = 86_400_000;

/** Returns the weekday of a day number; day 0 is 1970-01-01, a Thursday. */
export function weekdayOf(dayNumber: number): Day {
  return DAYS[(((dayNumber + 3) % 7) + 7) % 7] as Day;
}

/** Returns a day number as YYYY-MM-DD. */
export function dateOf(dayNumber: number): string {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}

/** Returns the minutes since midnight. @param time HH:MM, up to 24:00 */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

import { Temporal } from '@js-temporal/polyfill';
import type { CampaignTermsChange } from './evidence.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Window of a campaign that has none of its own. */
const DEFAULT_WINDOW = { days: DAYS, from: '08:00', to: '21:00' };

export type Hours = Pick<CampaignTermsChange, 'calling_window' | 'blackout_dates'>;

/**
 * Tells whether the hours are open at `at`, in ms since 1970. It computes with Temporal from what the API documents,
 * and with nothing that the engine uses.
 */
export function isOpen({ calling_window, blackout_dates }: Hours, zone: string, at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone).toPlainDateTime();
  const today = local.toPlainDate();
  if (blackout_dates.includes(today.toString())) return false;
  return [today, today.subtract({ days: 1 })].some((date) => isWithin(calling_window ?? DEFAULT_WINDOW, date, local));
}

/** Tells whether `local` lies in the window that begins on `date`. */
function isWithin(
  { days, from, to }: NonNullable<Hours['calling_window']>,
  date: Temporal.PlainDate,
  local: Temporal.PlainDateTime,
): boolean {
  if (!days.includes(DAYS[date.dayOfWeek - 1]!)) return false;
  const opens = date.toPlainDateTime(from);
  const ends = to === '24:00' ? date.add({ days: 1 }).toPlainDateTime() : date.toPlainDateTime(to);
  const closes = Temporal.PlainDateTime.compare(ends, opens) > 0 ? ends : ends.add({ days: 1 });
  return Temporal.PlainDateTime.compare(opens, local) <= 0 && Temporal.PlainDateTime.compare(local, closes) < 0;
}

/** Tells whether there are moments at which the campaign may not call somebody. */
export function isRestricted({ calling_window, blackout_dates }: Hours): boolean {
  const { days, from, to } = calling_window ?? DEFAULT_WINDOW;
  return blackout_dates.length > 0 || days.length < DAYS.length || from !== '00:00' || to !== '24:00';
}

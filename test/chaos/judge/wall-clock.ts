import { Temporal } from '@js-temporal/polyfill';
import type { CampaignTermsChange } from './evidence.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What a campaign without a window of its own goes by. */
const DEFAULT_WINDOW = { days: DAYS, from: '08:00', to: '21:00' };

export type Hours = Pick<CampaignTermsChange, 'calling_window' | 'blackout_dates'>;

/**
 * Reckoned with Temporal from what the API documents, and with nothing that the engine reckons with. `at` in ms since
 * 1970.
 */
export function isOpen({ calling_window, blackout_dates }: Hours, zone: string, at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone).toPlainDateTime();
  const today = local.toPlainDate();
  if (blackout_dates.includes(today.toString())) return false;
  return [today, today.subtract({ days: 1 })].some((date) => isWithin(calling_window ?? DEFAULT_WINDOW, date, local));
}

/** Is it in the window that begins on `date`? */
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

/** There are moments at which somebody somewhere may not be called. */
export function isRestricted({ calling_window, blackout_dates }: Hours): boolean {
  const { days, from, to } = calling_window ?? DEFAULT_WINDOW;
  return blackout_dates.length > 0 || days.length < DAYS.length || from !== '00:00' || to !== '24:00';
}

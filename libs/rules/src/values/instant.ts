const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,6})?)?(?:Z|[+-](\d\d):([0-5]\d))$/;

/** Offset from UTC in hours: PostgreSQL reads none beyond 15:59. */
const MOST_OFFSET_HOURS = 15;

/** Bounds within which an instant has a year of four digits, in which it is written again. */
const FIRST_MS = Date.parse('0001-01-02T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T00:00:00Z');

/**
 * True for an ISO 8601 time with an offset from UTC that JavaScript and PostgreSQL read alike. It lies between the 2nd
 * of January of year 1 and the 31st of December 9999. JavaScript alone reads the 30th of February as the 2nd of March.
 */
export function isInstant(text: string): boolean {
  const [, year, month, day, , , , offsetHours = '00'] = INSTANT.exec(text) ?? [];
  if (year === undefined || Number(offsetHours) > MOST_OFFSET_HOURS) return false;
  return isCalendarDay(`${year}-${month}-${day}`) && isTold(Date.parse(text));
}

function isTold(ms: number): boolean {
  return ms >= FIRST_MS && ms <= LAST_MS;
}

/** True for a date such as `2027-02-28` that the calendar has, from year 1 to 9999. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith('0000')) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

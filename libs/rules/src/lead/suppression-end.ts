/** Reasons to distrust an end. `shifted`: the cells of its row are not where the header says. */
export type SuppressionDoubt = 'unreadable' | 'ambiguous' | 'zero' | 'shifted';

/** End of an entry of the do-not-call list, as a text states it. */
export interface SuppressionEnd {
  /** Null: the number is listed for good. */
  readonly endsAt: Date | null;
  /** Reason for which a text does not end the entry; null if it does, or is empty. */
  readonly doubt: SuppressionDoubt | null;
}

/**
 * Reads the end of a suppression. It never ends an entry earlier than any meaning of the text. A date lasts until its
 * day is over in the last time zone (UTC-12). A text that is unreadable, or that means two dates, ends nothing.
 *
 * Reads ISO 8601 instants with their offset, year-month-day, and English names of months. Day and month by number are
 * read if only one order is a date. Two-digit years, serial numbers of spreadsheets (1900 or 1904) and words are
 * not read.
 */
export function readSuppressionEnd(text: string | null): SuppressionEnd {
  const plain = plainText(text ?? '');
  if (plain === '') return { endsAt: null, doubt: null };
  const instant = readInstant(plain);
  if (instant) return endedAt(instant);
  const ends = new Set(meaningsOf(plain.replace(TIME_OF_DAY, '')).map(endOfDay));
  if (ends.size > 1) return { endsAt: null, doubt: 'ambiguous' };
  const [end] = ends;
  return end === undefined ? { endsAt: null, doubt: 'unreadable' } : endedAt(new Date(end));
}

/** First plausible end. Programs write earlier dates for none: 1900-01-01, 1904-01-01, 1970-01-01, 1980-01-01. */
const FIRST_MEANT = new Date('1990-01-01T00:00:00Z');

function endedAt(end: Date): SuppressionEnd {
  return end < FIRST_MEANT ? { endsAt: null, doubt: 'zero' } : { endsAt: end, doubt: null };
}

/** Returns the latest of several ends of one entry; empty texts are ignored. */
export function latestSuppressionEnd(texts: readonly (string | null)[]): SuppressionEnd {
  const ends = texts.map(readSuppressionEnd).filter(({ endsAt, doubt }) => endsAt !== null || doubt !== null);
  const unending = ends.find(({ endsAt }) => endsAt === null);
  const [latest = { endsAt: null, doubt: null }] = ends.toSorted((a, b) => Number(b.endsAt) - Number(a.endsAt));
  return unending ?? latest;
}

/** Unifies wide characters, and drops invisible ones, the quotes of a spreadsheet's text cell and outer punctuation. */
function plainText(text: string): string {
  const visible = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Cc}/gu, ' ');
  return visible.replace(/\s+/g, ' ').replace(/^[\s='"`]+|[\s'"`.,;]+$/g, '');
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$/i;

/** Reads an instant with its offset from UTC; undefined for any other text. */
function readInstant(text: string): Date | undefined {
  const parts = INSTANT.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = ''] = parts;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  const offset = offsetMinutes(zone);
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61;
  if (!isDay(date) || !isTime || offset === undefined) return undefined;
  const milliseconds = Math.ceil(Number(`0.${fraction}0`) * 1000);
  const local = Date.UTC(
    date.year,
    date.month - 1,
    date.day,
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  return new Date(local - offset * 60_000);
}

/** Returns the offset from UTC in minutes; undefined for an offset that does not exist. */
function offsetMinutes(zone: string): number | undefined {
  const parts = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (!parts) return 0;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return minutes > MOST_OFFSET_MINUTES || Number(parts[3] ?? 0) > 59
    ? undefined
    : minutes * (parts[1] === '-' ? -1 : 1);
}

const MOST_OFFSET_MINUTES = 14 * 60;

/** Time of day without an offset: the whole day counts. */
const TIME_OF_DAY = /(?<=\d)(?:T|,? )\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\.?)?$/i;

const YEAR_FIRST = /^(\d{4})(?:-(\d{1,2})-|\/(\d{1,2})\/|\.(\d{1,2})\.)(\d{1,2})$/;
const YEAR_LAST = /^(\d{1,2})(?:-(\d{1,2})-|\/(\d{1,2})\/|\. ?(\d{1,2})\. ?)(\d{4})$/;
const DAY_NAMED_MONTH = /^(\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?([a-z]{3,9})\.?,?[ -](\d{4})$/i;
const NAMED_MONTH_DAY = /^([a-z]{3,9})\.?[ -](\d{1,2})(?:st|nd|rd|th)?,?[ -](\d{4})$/i;

/** Returns every day that the text may mean. */
function meaningsOf(text: string): Day[] {
  return [...numbered(text), ...named(text)].filter(isDay);
}

function numbered(text: string): Day[] {
  const [first, last] = [YEAR_FIRST.exec(text), YEAR_LAST.exec(text)];
  if (first) {
    return [dayOf(first[1], first[2] ?? first[3] ?? first[4], first[5])];
  }
  if (!last) return [];
  const [a, b, year] = [last[1], last[2] ?? last[3] ?? last[4], last[5]];
  return [dayOf(year, b, a), dayOf(year, a, b)];
}

function named(text: string): Day[] {
  const [first, last] = [DAY_NAMED_MONTH.exec(text), NAMED_MONTH_DAY.exec(text)];
  if (first) return [{ ...dayOf(first[3], '0', first[1]), month: monthNamed(first[2]!) }];
  if (last) return [{ ...dayOf(last[3], '0', last[2]), month: monthNamed(last[1]!) }];
  return [];
}

function dayOf(year?: string, month?: string, day?: string): Day {
  return { year: Number(year), month: Number(month), day: Number(day) };
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Returns the month, from 1, by its name or its first three letters (`sept` too); 0 for other texts. */
function monthNamed(name: string): number {
  const plain = name.toLowerCase();
  return (
    1 +
    MONTHS.findIndex(
      (month) => month === plain || month.slice(0, 3) === plain || (plain === 'sept' && month === 'september'),
    )
  );
}

/** Range of years. Years of other calendars (1448, 2570) are rejected below; one far ahead never ends an entry. */
const [EARLIEST_YEAR, LATEST_YEAR] = [1900, 9998];

function isDay({ year, month, day }: Day): boolean {
  if (year < EARLIEST_YEAR || year > LATEST_YEAR || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const LAST_ZONE_HOURS = 12;

/** Returns when the day is over in the last time zone, in milliseconds since 1970. */
function endOfDay({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day + 1, LAST_ZONE_HOURS);
}

/** Notes for the client about an end that was not used as it stands. */
export const DOUBTS: Readonly<Record<SuppressionDoubt, string>> = {
  unreadable:
    'expires_at: is not a date that can be read, so the number is listed for good; a date is written as 2027-12-31',
  zero:
    'expires_at: is a date that programs write for none, so the number is listed for good; a date is written as ' +
    '2027-12-31',
  shifted: 'expires_at: the cells of the row are out of place, so the number is listed for good',
  ambiguous: 'expires_at: may be day or month first, so the number is listed for good; a date is written as 2027-12-31',
};

import { isEmailHeader, namedField } from './contact-headers.js';
import { SEPARATOR_LINE } from './delimiter.js';
import type { LineRecord, LineRecords } from './line-records.js';
import { kindOfColumn } from './telephone-headers.js';

/** Records at the beginning of a file, and their characters, among which the header is searched. */
const MOST_RECORDS = 40;
const MOST_CHARACTERS = 256 * 1024;

/**
 * Counts the records above the header: titles, dates of a report, a line `sep=;`.
 *
 * 1. A line that has all headers that the sender named is the header.
 * 2. Otherwise the first line is. A later one is if it names a telephone and is wider, or if the first has no known
 * header.
 * 3. No line with the data of a person stands above a header.
 */
export async function findHeader(records: LineRecords, named: readonly string[]): Promise<number> {
  const first = await records.peek(MOST_RECORDS, MOST_CHARACTERS);
  const start = isSeparatorLine(first[0]) ? 1 : 0;
  const lines = first.slice(start);
  const sent = named.length === 0 ? -1 : lines.findIndex(({ cells }) => named.every((name) => cells.includes(name)));
  return start + (sent === -1 ? guessed(lines) : sent);
}

/** True for a line that names the delimiter; its cells are split at that delimiter. */
function isSeparatorLine(record: LineRecord | undefined): boolean {
  const [first = '', ...others] = record?.cells ?? [];
  return others.every((cell) => cell === '') && (first === 'sep=' || SEPARATOR_LINE.test(first));
}

function guessed(lines: readonly LineRecord[]): number {
  const data = lines.findIndex(({ cells }) => cells.some(isData));
  const most = data === -1 ? lines.length : data;
  const headers = lines.slice(0, most).map(({ cells }) => headerLook(cells));
  return headers.reduce((best, one, index) => (isBetter(one, headers[best]!) ? index : best), 0);
}

interface HeaderLook {
  /**
   * Count of cells with content. The others count known headers and headers of telephone columns, and are 0 in a row of
   * data.
   */
  readonly filled: number;
  readonly known: number;
  readonly telephones: number;
}

function headerLook(cells: readonly string[]): HeaderLook {
  const filled = cells.filter((cell) => cell !== '').length;
  if (cells.some(hasManyDigits)) return { filled, known: 0, telephones: 0 };
  const telephones = cells.filter((cell) => kindOfColumn(cell) === 'telephone').length;
  const known = cells.filter((cell) => namedField(cell) !== null || isEmailHeader(cell)).length;
  return { filled, known: known + telephones, telephones };
}

function isBetter(one: HeaderLook, first: HeaderLook): boolean {
  if (one.telephones > 0) return one.filled > first.filled || first.known === 0;
  return first.known === 0 && one.known > 1;
}

const [LEAST_DIGITS, MOST_DIGITS] = [7, 15];

/** True for a telephone number or an email address; a title may have a number amid words. */
function isData(cell: string): boolean {
  const text = cell.slice(0, 100);
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return true;
  const digits = text.replace(/\D/g, '').length;
  return digits >= LEAST_DIGITS && digits <= MOST_DIGITS && !/\p{L}/u.test(text) && !DATE.test(text);
}

/** True for many digits, which no header has, though a title may. */
function hasManyDigits(cell: string): boolean {
  return cell.slice(0, 100).replace(/\D/g, '').length >= LEAST_DIGITS;
}

const DATE = /^(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T][\d:.]{1,20})?|(?:19|20)\d{6})$/;

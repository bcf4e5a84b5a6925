import { cellText, telephoneColumns, type Mapping } from '#csv/mapping.js';
import type { TableRow } from '#csv/open-table.js';
import {
  countriesReading,
  MOST_NUMBERS_IN_A_CELL,
  readListedNumbers,
  type ListedNumbers,
} from '#rules/listed-numbers.js';
import { DOUBTS, readSuppressionEnd } from '#rules/suppression-end.js';

/** What a row of a do-not-call file says. */
export interface DncRecord {
  readonly numbers: readonly string[];
  readonly reason: string | null;
  /** Null: for good. */
  readonly expiresAt: Date | null;
  /** The first cell with a number, as it stood in the file. */
  readonly value: string | null;
  /** Why nothing is listed; null: something is. */
  readonly invalid: string | null;
  /** What was not taken as it stood. */
  readonly notes: readonly string[];
  readonly isForGood: boolean;
  /** The row names a number that cannot be read. */
  readonly isLost: boolean;
}

interface DncTable {
  readonly header: readonly string[];
  readonly mapping: Mapping;
  /** Nobody has named the columns: all that speak of telephones are read. */
  readonly isGuessed: boolean;
  readonly country: string | null;
  readonly now: Date;
}

const LONGEST_REASON = 255;

/** Rows of one file whose reason names countries that would read the number: to find out takes a while. */
const MOST_HINTS = 20;

/** Reads rows of a do-not-call file. Whatever else is wrong with a row, its numbers are listed. */
export function dncRowReader({ header, mapping, isGuessed, country, now }: DncTable): (row: TableRow) => DncRecord {
  const surest = header.indexOf(mapping.phone_number ?? '');
  const columns = isGuessed ? telephoneColumns(header, mapping) : [surest];
  const [reasonAt, endAt] = [header.indexOf(mapping.reason ?? ''), header.indexOf(mapping.expires_at ?? '')];
  let hints = 0;
  return ({ cells, fault }) => {
    const text = (index: number) => (index === -1 ? null : cellText(cells[index]));
    const readings = columns.map((index) => readListedNumbers(text(index), country));
    const found = [
      ...readings,
      ...strayReadings(cells, { columns, fault, country, isFound: readings.some(hasNumbers) }),
    ];
    const all = [...new Set(found.flatMap(({ numbers }) => numbers))];
    const numbers = all.slice(0, MOST_NUMBERS_IN_A_CELL);
    const { endsAt, doubt } = readSuppressionEnd(text(endAt));
    const lost = lossOf(columns.map(text), readings);
    const invalid = numbers.length === 0 ? nothingListed(readings, text(columns[0]!), hints++ < MOST_HINTS) : null;
    const isOver = invalid === null && endsAt !== null && endsAt <= now;
    const reason = text(reasonAt);
    const isLost = invalid !== null || lost || all.length > numbers.length;
    return {
      numbers: isOver ? [] : numbers,
      reason: reason && reason.slice(0, LONGEST_REASON),
      expiresAt: endsAt,
      value: numbers.length > 1 ? numbers[0]! : (columns.map(text).find((cell) => cell !== null) ?? null),
      invalid: isOver ? 'expires_at: lies in the past, so the number need not be listed' : invalid,
      notes: notesOf({
        fault,
        doubt: doubt && DOUBTS[doubt],
        isRepaired: found.some((one) => one.isRepaired),
        isLost,
        reason,
      }),
      isForGood: invalid === null && doubt !== null,
      isLost,
    };
  };
}

function hasNumbers({ numbers }: ListedNumbers): boolean {
  return numbers.length > 0;
}

/** Numbers in cells where none is looked for: of a row with too many cells, which may be shifted, or swallowed by a quote that opens. */
function strayReadings(
  cells: readonly string[],
  row: { columns: readonly number[]; fault: string | null; country: string | null; isFound: boolean },
): ListedNumbers[] {
  const isShifted = row.fault !== null && !row.isFound;
  const strays = cells.filter((cell, index) => !row.columns.includes(index) && (isShifted || cell.includes('\n')));
  return strays.map((cell) => readListedNumbers(cell, row.country)).filter(hasNumbers);
}

const LEAST_DIGITS = 6;

/** True if a cell that looks like a number was not read, or not as a whole. */
function lossOf(texts: readonly (string | null)[], readings: readonly ListedNumbers[]): boolean {
  return readings.some(
    ({ lost, numbers }, index) =>
      lost === 'spreadsheet' ||
      (lost === 'unreadable' && numbers.length > 0) ||
      (lost !== null && lost !== 'empty' && (texts[index] ?? '').replace(/\D/g, '').length >= LEAST_DIGITS),
  );
}

function nothingListed(readings: readonly ListedNumbers[], text: string | null, isHinted: boolean): string {
  const lost = readings.map((reading) => reading.lost).find((one) => one !== 'empty' && one !== null);
  if (lost === undefined) return 'phone_number: is empty, so nothing is listed';
  if (lost === 'spreadsheet')
    return 'phone_number: a spreadsheet has cut its last digits (4.42E+11), so it is NOT listed: format the column as text and send the file again';
  if (lost === 'national') return nationalNumber(text, isHinted);
  return 'phone_number: is not a phone number, so nothing is listed';
}

function nationalNumber(text: string | null, isHinted: boolean): string {
  const countries = isHinted && text !== null ? countriesReading(text) : [];
  const example = countries.length > 0 ? `${countries.join(', ')} would read it` : 'such as GB';
  return `phone_number: is in national form, so it is NOT listed: send the file again with default_country (${example})`;
}

function notesOf(row: {
  fault: string | null;
  doubt: string | null;
  isRepaired: boolean;
  isLost: boolean;
  reason: string | null;
}): string[] {
  return [
    ...(row.doubt ? [row.doubt] : []),
    ...(row.isRepaired ? ['phone_number: more than a plain number stood there; what could be read is listed'] : []),
    ...(row.isLost ? ['phone_number: a part of it cannot be read and is NOT listed'] : []),
    ...((row.reason?.length ?? 0) > LONGEST_REASON ? [`reason: is cut after ${LONGEST_REASON} characters`] : []),
    ...(row.fault ? [`the row ${row.fault}`] : []),
  ];
}

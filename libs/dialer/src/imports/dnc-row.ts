import { cellText } from '#csv/mapping.js';
import type { TableRow } from '#csv/open-table.js';
import {
  MOST_NUMBERS_IN_A_CELL,
  readListedNumbers,
  unplanned,
  unplannedNotes,
  type ListedNumbers,
} from '#rules/phone-number/listed-numbers.js';
import { numberAdviser, TRIES_OF_A_FILE, type NumberAdvice } from '#rules/phone-number/number-advice.js';
import { DOUBTS, latestSuppressionEnd, type SuppressionEnd } from '#rules/lead/suppression-end.js';
import { charactersIn, firstCharacters } from '#rules/values/characters.js';
import { COLUMN_LIMITS } from '#rules/values/text-limits.js';
import type { Breather } from './breather.js';
import type { DncColumns } from './dnc-columns.js';

/** A row of a do-not-call file, as read. */
export interface DncRecord {
  readonly numbers: readonly string[];
  readonly reason: string | null;
  /** Null: the entry has no end. */
  readonly expiresAt: Date | null;
  /** First cell with a number, as it is in the file. */
  readonly value: string | null;
  /** Reason why the row lists nothing; null: it lists something. */
  readonly invalid: string | null;
  /** Notes on cells that were changed or left out. */
  readonly notes: readonly string[];
  readonly isForGood: boolean;
  /** True if the row names a number that cannot be read. */
  readonly isLost: boolean;
}

interface DncTable {
  readonly header: readonly string[];
  readonly columns: DncColumns;
  readonly reasonAt: number;
  readonly endsAt: readonly number[];
  readonly country: string | null;
  readonly now: Date;
}

const LONGEST_REASON = COLUMN_LIMITS.dnc_entries.reason;

/** Returns a reader of rows of a do-not-call file. It lists the numbers of a row whatever else is wrong with it. */
export function dncRowReader(table: DncTable, breather: Breather): (row: TableRow) => Promise<DncRecord> {
  const advise = numberAdviser({ country: table.country, source: 'file', tries: TRIES_OF_A_FILE });
  return async (row) => {
    const read = await readCells(row, table, breather);
    const invalid = hasNumbers(read) ? null : nothingListed(read, advise);
    return recordOf(read, { row, table, invalid });
  };
}

interface ReadCells {
  /** Text of the cells that were read, and the readings. */
  readonly texts: readonly string[];
  readonly readings: readonly ListedNumbers[];
  /** Readings with numbers in cells that are not expected to hold any. */
  readonly strays: readonly ListedNumbers[];
}

async function readCells(
  row: TableRow,
  { header, columns, country }: DncTable,
  breather: Breather,
): Promise<ReadCells> {
  const [texts, readings, rest]: [string[], ListedNumbers[], string[]] = [[], [], []];
  for (const index of columns.order) {
    const text = cellText(row.cells[index]);
    if (text === null) continue;
    if (columns.isRead(index, text, country)) {
      texts.push(text);
      readings.push(readListedNumbers(text, country));
    } else rest.push(text);
    await breather.breathe();
  }
  const isFound = readings.some(({ numbers }) => numbers.length > 0);
  const isShifted = !isFound && (row.fault !== null || row.cells.length < header.length);
  const strays: ListedNumbers[] = [];
  for (const text of [...rest, ...row.cells.slice(header.length, header.length + MOST_STRAYS)]) {
    if (isShifted || text.includes('\n')) strays.push(readListedNumbers(text, country));
    await breather.breathe();
  }
  return { texts, readings, strays: strays.filter(({ numbers }) => numbers.length > 0) };
}

/** Cells beyond the header that are read. */
const MOST_STRAYS = 100;

function hasNumbers({ readings, strays }: ReadCells): boolean {
  return [...readings, ...strays].some(({ numbers }) => numbers.length > 0);
}

function recordOf(
  { texts, readings, strays }: ReadCells,
  { row, table, invalid }: { row: TableRow; table: DncTable; invalid: string | null },
): DncRecord {
  const found = [...readings, ...strays];
  const all = [...new Set(found.flatMap((one) => one.numbers))];
  const numbers = all.slice(0, MOST_NUMBERS_IN_A_CELL);
  const firstRead = readings.findIndex((one) => one.numbers.length > 0);
  const { endsAt, doubt } = endOf(row, table, strays.length > 0);
  const reason = table.reasonAt === -1 ? null : cellText(row.cells[table.reasonAt]);
  const isOver = invalid === null && endsAt !== null && endsAt <= table.now;
  const isBeyond = row.cells.length > table.header.length + MOST_STRAYS;
  const isLost = invalid !== null || lossOf(texts, found) || all.length > numbers.length || isBeyond;
  return {
    numbers: isOver ? [] : numbers,
    reason: reason && firstCharacters(reason, LONGEST_REASON),
    expiresAt: endsAt,
    value: texts[firstRead] ?? texts[0] ?? null,
    invalid: isOver ? 'expires_at: lies in the past, so the number need not be listed' : invalid,
    notes: notesOf({
      fault: row.fault,
      doubt: doubt && DOUBTS[doubt],
      isRepaired: found.some((one) => one.isRepaired),
      isLost,
      unplanned: isOver ? [] : unplanned(numbers),
      reason,
    }),
    isForGood: invalid === null && doubt !== null,
    isLost,
  };
}

/** Returns the latest end that the row names; none if its cells do not match the header. */
function endOf(row: TableRow, { header, endsAt }: DncTable, hasStrays: boolean): SuppressionEnd {
  const texts = endsAt.map((index) => cellText(row.cells[index]));
  const isOutOfPlace = hasStrays || (row.fault !== null && row.cells.length !== header.length);
  if (isOutOfPlace && texts.some((text) => text !== null)) return { endsAt: null, doubt: 'shifted' };
  return latestSuppressionEnd(texts);
}

const LEAST_DIGITS = 6;

/** Returns true if a cell that looks like a number could not be read, or only in part. */
function lossOf(texts: readonly string[], readings: readonly ListedNumbers[]): boolean {
  return readings.some(
    ({ lost, numbers }, index) =>
      lost === 'spreadsheet' ||
      (lost === 'unreadable' && numbers.length > 0) ||
      (lost !== null && lost !== 'empty' && (texts[index] ?? '').replace(/\D/g, '').length >= LEAST_DIGITS),
  );
}

function nothingListed({ readings, texts }: ReadCells, advise: (text: string) => NumberAdvice): string {
  const lost = readings.findIndex((reading) => reading.lost !== 'empty' && reading.lost !== null);
  if (lost === -1) return 'phone_number: is empty, so nothing is listed';
  const { why, remedy } = advise(texts[lost]!);
  return `phone_number: ${why}, so it is NOT listed: ${remedy}`;
}

function notesOf(row: {
  fault: string | null;
  doubt: string | null;
  isRepaired: boolean;
  isLost: boolean;
  unplanned: readonly string[];
  reason: string | null;
}): string[] {
  return [
    ...(row.doubt ? [row.doubt] : []),
    ...(row.isRepaired ? ['phone_number: more than a plain number stood there; what could be read is listed'] : []),
    ...(row.isLost ? ['phone_number: a part of it cannot be read and is NOT listed'] : []),
    ...unplannedNotes(row.unplanned),
    ...(charactersIn(row.reason ?? '') > LONGEST_REASON ? [`reason: is cut after ${LONGEST_REASON} characters`] : []),
    ...(row.fault ? [`the row ${row.fault}`] : []),
  ];
}

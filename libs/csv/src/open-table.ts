import { delimiterOf, type Delimiter } from './delimiter.js';
import { findHeader } from './find-header.js';
import { LineRecords, type LineRecord, type QuoteBounds } from './line-records.js';
import { TableProblem } from './table-problem.js';
import { decoded, encodingOf, textDecoder, type Encoding } from './text-encoding.js';
import { unpacked, withHead } from './unpack.js';

export interface TableOptions {
  /** Null: it is detected. */
  readonly delimiter?: Delimiter | null;
  readonly encoding?: Encoding | null;
  /** Bytes of a record; a longer one ends the reading. A line of gigabytes must not be held in memory. */
  readonly mostRecordBytes?: number;
  /** Lines of the file, including the empty ones; one more ends the reading. */
  readonly mostLines?: number;
  /** Called for every piece that is read; an error that it throws ends the reading. */
  readonly onPiece?: () => void;
  /** True to find every number, also within a misplaced quote. */
  readonly isForgiving?: boolean;
  /** Headers that the sender named: the line that has them all is the header. */
  readonly named?: readonly string[];
}

export interface TableRow {
  /** Row number without empty lines and the lines above the header: the header is row 1. */
  readonly row: number;
  readonly cells: readonly string[];
  /** Reason for which the row is rejected; null if it is accepted. */
  readonly fault: string | null;
}

export interface Table {
  readonly header: readonly string[];
  /** Cells of the header as they stand in the file, which may have none. */
  readonly firstCells: readonly string[];
  readonly encoding: Encoding;
  /** True if another encoding may be right. */
  readonly isEncodingDoubtful: boolean;
  readonly delimiter: Delimiter;
  /** Returns the first rows, at most `most`; `rows` still begins with them. */
  sample(most: number): Promise<readonly TableRow[]>;
  /**
   * Yields the rows after the header, in order, at most `together` at a time.
   * @throws TableProblem where the file is no longer a table.
   */
  rows(together: number): AsyncGenerator<TableRow[]>;
  /** Ends the reading early. */
  close(): void;
}

const HEAD_BYTES = 64 * 1024;
const SLICE_BYTES = 64 * 1024;
const RECORD_BYTES = 1024 * 1024;

/** Characters of a batch: a row may have a megabyte. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** Greatest number of columns: reading each cell of every row takes time. */
export const MOST_COLUMNS = 1_000;

/** Bounds of quoted cells. A contact's note may be long; rows of a do-not-call list must be found within quotes. */
const QUOTES_OF_CONTACTS: QuoteBounds = { lines: 1_000, characters: 256 * 1024 };
const QUOTES_OF_NUMBERS: QuoteBounds = { lines: 100, characters: 64 * 1024 };

/**
 * Opens a CSV file of any size, by RFC 4180 and as leniently as spreadsheets do. It detects gzip, encoding, delimiter
 * and header, and drops outer spaces. It holds one batch of rows and one record at a time.
 * @throws TableProblem
 */
export async function openTable(source: AsyncIterable<Uint8Array>, options: TableOptions = {}): Promise<Table> {
  const { head, all } = await withHead(unpacked(source), HEAD_BYTES);
  const guess = options.encoding ? { encoding: options.encoding, isDoubtful: false } : encodingOf(head);
  const { encoding } = guess;
  const delimiter = options.delimiter ?? delimiterOf(textDecoder(encoding).decode(head));
  const isForgiving = options.isForgiving ?? false;
  const text = decoded(inSlices(all, options.onPiece), encoding);
  const records = new LineRecords(text, {
    delimiter,
    mostCharacters: options.mostRecordBytes ?? RECORD_BYTES,
    quotes: isForgiving ? QUOTES_OF_NUMBERS : QUOTES_OF_CONTACTS,
    isStrict: !isForgiving,
    ...(options.mostLines !== undefined && { mostLines: options.mostLines }),
  });
  const close = () => void text.return(undefined).catch(() => undefined);
  try {
    const above = await findHeader(records, options.named ?? []);
    records.skip(above);
    const firstCells = (await records.next())?.cells;
    const header = headerOf(firstCells, isForgiving);
    return {
      header,
      firstCells: firstCells!,
      encoding,
      isEncodingDoubtful: guess.isDoubtful,
      delimiter,
      sample: async (most) => toRows(await records.peek(most, MOST_CHARACTERS), 1, header.length),
      rows: (together) => rowsOf(records, header.length, together),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Splits chunks into small pieces, which keeps memory flat: the lines of a piece are split at once. */
async function* inSlices(source: AsyncIterable<Buffer>, onPiece?: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      onPiece?.();
      yield chunk.subarray(at, at + SLICE_BYTES);
    }
  }
}

/** Yields several rows at a time: awaiting each one would take longer than reading it. */
async function* rowsOf(records: LineRecords, width: number, together: number): AsyncGenerator<TableRow[]> {
  let row = 1;
  for (let first = await records.next(); first; first = await records.next()) {
    const read = [first, ...records.readyRecords(together - 1, MOST_CHARACTERS)];
    yield toRows(read, row, width);
    row += read.length;
  }
}

function toRows(records: readonly LineRecord[], rowsBefore: number, width: number): TableRow[] {
  return records.map(({ cells, fault }, index) => ({
    row: rowsBefore + index + 1,
    cells,
    fault: fault ?? faultOf(cells, width),
  }));
}

/** Faults of a cell rather than of the whole row. */
export const CELL_FAULTS = {
  nul: 'contains a NUL character',
  encoding: 'contains characters of another encoding',
} as const;

/** True if a cell has NUL or replacement characters. */
export function isSpoiled(cell: string): boolean {
  return cell.includes('\0') || cell.includes('\uFFFD');
}

function faultOf(cells: readonly string[], width: number): string | null {
  if (cells.length > width && cells.slice(width).some((cell) => cell !== '')) {
    return `has ${cells.length} cells, the header has ${width}`;
  }
  if (cells.some((cell) => cell.includes('\0'))) return CELL_FAULTS.nul;
  if (cells.some((cell) => cell.includes('\uFFFD'))) return CELL_FAULTS.encoding;
  return null;
}

/** Names the columns. Cells without a name are named by their position; a repeated name is numbered. */
function headerOf(record: readonly string[] | undefined, isByPlace: boolean): string[] {
  if (!record) throw new TableProblem('empty_file', 'The file is empty: its first line must name the columns.');
  if (record.length > MOST_COLUMNS)
    throw new TableProblem(
      'too_many_columns',
      `The file has ${record.length} columns, ${MOST_COLUMNS} are read at most: leave out those that are not needed.`,
    );
  const named = record.map((cell, index) => cell.replaceAll('\0', '') || `column_${index + 1}`);
  return isByPlace ? numberedByPlace(named) : numbered(named);
}

/** Numbers repeated names, as in `Notes`, `Notes 2`. Names that are in the file belong to their own columns. */
function numbered(header: readonly string[]): string[] {
  const used = new Set(header.map((name) => name.toLowerCase()));
  const seen = new Set<string>();
  return header.map((name) => {
    const isNew = !seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    if (isNew) return name;
    let count = 2;
    while (used.has(`${name} ${count}`.toLowerCase())) count++;
    used.add(`${name} ${count}`.toLowerCase());
    return `${name} ${count}`;
  });
}

function numberedByPlace(header: readonly string[]): string[] {
  const seen = new Set<string>();
  return header.map((name, index) => {
    const isNew = !seen.has(name.toLowerCase());
    const unique = isNew ? name : `${name} (column ${index + 1})`;
    seen.add(unique.toLowerCase());
    return unique;
  });
}

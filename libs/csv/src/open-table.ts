import { CsvError, parse, type Parser } from 'csv-parse';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { delimiterOf, type Delimiter } from './delimiter.js';
import { LineRecords, type LineRecord } from './line-records.js';
import { TableProblem } from './table-problem.js';
import { decoded, encodingOf, type Encoding } from './text-encoding.js';
import { unpacked, withHead } from './unpack.js';

export interface TableOptions {
  /** Null: found out. */
  readonly delimiter?: Delimiter | null;
  readonly encoding?: Encoding | null;
  /** A record that is longer ends the reading: a line of gigabytes must not be held in memory. */
  readonly mostRecordBytes?: number;
  /** A fault costs its own row and no other: a stray quote, a header that stands twice. */
  readonly isForgiving?: boolean;
}

export interface TableRow {
  /** As a spreadsheet counts it: the header is row 1. Empty lines are not counted. */
  readonly row: number;
  readonly cells: readonly string[];
  /** Why the row cannot be taken; null: it can. */
  readonly fault: string | null;
}

export interface Table {
  readonly header: readonly string[];
  /** The cells of the header as they stand in the file, which may be none. */
  readonly firstCells: readonly string[];
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  /**
   * The rows after the header, in order, at most `together` at a time. @throws TableProblem where it is no table any
   * more.
   */
  rows(together: number): AsyncGenerator<TableRow[]>;
  /** Ends the reading early. */
  close(): void;
}

const HEAD_BYTES = 64 * 1024;
const SLICE_BYTES = 64 * 1024;
const RECORD_BYTES = 1024 * 1024;

/** Of a batch: rows may be as long as a megabyte each. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** Columns of a file: to look at each of every row takes its time. */
export const MOST_COLUMNS = 1_000;

/**
 * Opens a CSV file of any size, by RFC 4180 and as kindly as spreadsheets do: gzip, encoding and delimiter are found
 * out, outer spaces are dropped. Holds one batch of rows and one record at a time.
 * @throws TableProblem
 */
export async function openTable(source: AsyncIterable<Uint8Array>, options: TableOptions = {}): Promise<Table> {
  const { head, all } = await withHead(unpacked(source), HEAD_BYTES);
  const encoding = options.encoding ?? encodingOf(head);
  const delimiter = options.delimiter ?? delimiterOf(new TextDecoder(encoding).decode(head));
  const text = decoded(inSlices(all), encoding);
  const isForgiving = options.isForgiving ?? false;
  const mostBytes = options.mostRecordBytes ?? RECORD_BYTES;
  const records = isForgiving ? linesOf(text, delimiter, mostBytes) : new ParsedRecords(text, delimiter, mostBytes);
  const close = () => records.close();
  try {
    const firstCells = (await records.next())?.cells;
    const header = headerOf(firstCells, isForgiving);
    const rows = (together: number) => rowsOf(records, header.length, together);
    return { header, firstCells: firstCells!, encoding, delimiter, rows, close };
  } catch (error) {
    close();
    throw problemOf(error, 1);
  }
}

/** Records of a text, in order. */
interface Records {
  /** Undefined at the end. */
  next(): Promise<LineRecord | undefined>;
  /** What is there already, at most `most`. */
  takeReady(most: number, characters: number): LineRecord[];
  close(): void;
}

function linesOf(text: AsyncGenerator<string>, delimiter: Delimiter, mostCharacters: number): Records {
  const lines = new LineRecords(text, { delimiter, mostCharacters });
  return {
    next: () => lines.next(),
    takeReady: (most, characters) => lines.takeReady(most, characters),
    close: () => void text.return(undefined).catch(() => undefined),
  };
}

/**
 * A parser hands on all records of a piece at once, as objects that take many times its size: small pieces keep memory
 * flat.
 */
async function* inSlices(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) yield chunk.subarray(at, at + SLICE_BYTES);
  }
}

/** Records of a parser, several at a time: to await each by itself would take longer than to parse it. */
class ParsedRecords implements Records {
  private failure: unknown = null;
  private isOver = false;
  private readonly parser: Parser;
  private readonly text: Readable;

  constructor(text: AsyncIterable<string>, delimiter: Delimiter, mostRecordBytes: number) {
    this.parser = parse({
      delimiter,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: mostRecordBytes,
    });
    this.text = Readable.from(text);
    this.text.on('error', (error) => this.parser.destroy(error));
    this.parser.on('error', (error) => (this.failure = error));
    this.parser.on('end', () => (this.isOver = true));
    this.parser.on('close', () => (this.isOver = true));
    this.text.pipe(this.parser);
  }

  async next(): Promise<LineRecord | undefined> {
    for (;;) {
      const cells = this.parser.read() as string[] | null;
      if (cells) return { cells, fault: null };
      if (this.failure) throw this.failure;
      if (this.isOver) return undefined;
      await this.more();
    }
  }

  takeReady(most: number, characters: number): LineRecord[] {
    const records: LineRecord[] = [];
    for (let left = characters; records.length < most && left > 0;) {
      const cells = this.parser.read() as string[] | null;
      if (!cells) break;
      records.push({ cells, fault: null });
      for (const cell of cells) left -= cell.length;
    }
    return records;
  }

  close(): void {
    this.text.destroy();
    this.parser.destroy();
  }

  private async more(): Promise<void> {
    const waiting = new AbortController();
    const events = ['readable', 'end', 'close'].map((name) => once(this.parser, name, { signal: waiting.signal }));
    for (const event of events) event.catch(() => undefined);
    await Promise.race(events).catch(() => undefined);
    waiting.abort();
  }
}

async function* rowsOf(reader: Records, width: number, together: number): AsyncGenerator<TableRow[]> {
  let row = 1;
  try {
    for (let first = await reader.next(); first; first = await reader.next()) {
      const records = [first, ...reader.takeReady(together - 1, MOST_CHARACTERS)];
      yield records.map(({ cells, fault }) => ({ row: ++row, cells, fault: fault ?? faultOf(cells, width) }));
    }
  } catch (error) {
    throw problemOf(error, row + 1);
  }
}

function faultOf(cells: readonly string[], width: number): string | null {
  if (cells.length > width && cells.slice(width).some((cell) => cell !== '')) {
    return `has ${cells.length} cells, the header has ${width}`;
  }
  if (cells.some((cell) => cell.includes('\0'))) return 'contains a NUL character';
  if (cells.some((cell) => cell.includes('\uFFFD'))) return 'contains characters of another encoding';
  return null;
}

/** Cells without a name are called by their place; a name that stands twice is numbered, or refused. */
function headerOf(record: readonly string[] | undefined, isForgiving: boolean): string[] {
  if (!record) throw new TableProblem('empty_file', 'The file is empty: its first line must name the columns.');
  if (record.length > MOST_COLUMNS)
    throw new TableProblem(
      'too_many_columns',
      `The file has ${record.length} columns, ${MOST_COLUMNS} are read at most: leave out those that are not needed.`,
    );
  const named = record.map((cell, index) => cell.replaceAll('\0', '') || `column_${index + 1}`);
  return isForgiving ? numbered(named) : requireUnique(named);
}

function requireUnique(header: string[]): string[] {
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name.toLowerCase()))
      throw new TableProblem('header_twice', `Two columns are called "${name.slice(0, 100)}": rename one of them.`);
    seen.add(name.toLowerCase());
  }
  return header;
}

function numbered(header: readonly string[]): string[] {
  const seen = new Set<string>();
  return header.map((name, index) => {
    const isNew = !seen.has(name.toLowerCase());
    const unique = isNew ? name : `${name} (column ${index + 1})`;
    seen.add(unique.toLowerCase());
    return unique;
  });
}

function problemOf(error: unknown, row: number): unknown {
  if (!(error instanceof CsvError)) return error;
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return new TableProblem(
        'record_too_long',
        `Row ${row}, or one shortly after it, is longer than a megabyte: perhaps a quote that opens there is never closed.`,
      );
    case 'CSV_QUOTE_NOT_CLOSED':
      return new TableProblem(
        'quote_not_closed',
        `The file ends inside a quoted cell, which begins in row ${row} or shortly after it: close the quote.`,
      );
    default:
      return new TableProblem('not_text', `Row ${row} is not CSV: ${error.message}`);
  }
}

import { CsvError, parse, type Parser } from 'csv-parse';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { delimiterOf, type Delimiter } from './delimiter.js';
import { TableProblem } from './table-problem.js';
import { decoded, encodingOf, type Encoding } from './text-encoding.js';
import { unpacked, withHead } from './unpack.js';

export interface TableOptions {
  /** Null: found out. */
  readonly delimiter?: Delimiter | null;
  readonly encoding?: Encoding | null;
  /** A record that is longer ends the reading: a line of gigabytes must not be held in memory. */
  readonly mostRecordBytes?: number;
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
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  /** The rows after the header, in order, at most `together` at a time. @throws TableProblem where it is no table any more. */
  rows(together: number): AsyncGenerator<TableRow[]>;
  /** Ends the reading early. */
  close(): void;
}

const HEAD_BYTES = 64 * 1024;
const SLICE_BYTES = 64 * 1024;
const RECORD_BYTES = 1024 * 1024;

/** Of a batch: rows may be as long as a megabyte each. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

/**
 * Opens a CSV file of any size, by RFC 4180 and as kindly as spreadsheets do: gzip, encoding and delimiter are found out, outer spaces
 * are dropped. Holds one batch of rows and one record at a time.
 * @throws TableProblem
 */
export async function openTable(source: AsyncIterable<Uint8Array>, options: TableOptions = {}): Promise<Table> {
  const { head, all } = await withHead(unpacked(source), HEAD_BYTES);
  const encoding = options.encoding ?? encodingOf(head);
  const delimiter = options.delimiter ?? delimiterOf(new TextDecoder(encoding).decode(head));
  const mostRecordBytes = options.mostRecordBytes ?? RECORD_BYTES;
  const parser = parse({
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: mostRecordBytes,
  });
  const text = Readable.from(decoded(inSlices(all), encoding));
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  const reader = new RecordReader(parser);
  const close = () => {
    text.destroy();
    parser.destroy();
  };
  try {
    const header = headerOf(await reader.next());
    return { header, encoding, delimiter, rows: (together) => rowsOf(reader, header.length, together), close };
  } catch (error) {
    close();
    throw problemOf(error, 1);
  }
}

/** A parser hands on all records of a piece at once, as objects that take many times its size: small pieces keep memory flat. */
async function* inSlices(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) yield chunk.subarray(at, at + SLICE_BYTES);
  }
}

/** Records of a parser, several at a time: to await each by itself would take longer than to parse it. */
class RecordReader {
  private failure: unknown = null;
  private isOver = false;

  constructor(private readonly parser: Parser) {
    parser.on('error', (error) => (this.failure = error));
    parser.on('end', () => (this.isOver = true));
    parser.on('close', () => (this.isOver = true));
  }

  /** Undefined at the end. */
  async next(): Promise<string[] | undefined> {
    for (;;) {
      const record = this.parser.read() as string[] | null;
      if (record) return record;
      if (this.failure) throw this.failure;
      if (this.isOver) return undefined;
      await this.more();
    }
  }

  /** What is there already, at most `most`. */
  takeReady(most: number): string[][] {
    const records: string[][] = [];
    for (let characters = 0; records.length < most && characters < MOST_CHARACTERS;) {
      const record = this.parser.read() as string[] | null;
      if (!record) break;
      records.push(record);
      for (const cell of record) characters += cell.length;
    }
    return records;
  }

  private async more(): Promise<void> {
    const waiting = new AbortController();
    const events = ['readable', 'end', 'close'].map((name) => once(this.parser, name, { signal: waiting.signal }));
    for (const event of events) event.catch(() => undefined);
    await Promise.race(events).catch(() => undefined);
    waiting.abort();
  }
}

async function* rowsOf(reader: RecordReader, width: number, together: number): AsyncGenerator<TableRow[]> {
  let row = 1;
  try {
    for (let first = await reader.next(); first; first = await reader.next()) {
      const records = [first, ...reader.takeReady(together - 1)];
      yield records.map((cells) => ({ row: ++row, cells, fault: faultOf(cells, width) }));
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

/** Cells without a name are called by their place. */
function headerOf(record: readonly string[] | undefined): string[] {
  if (!record) throw new TableProblem('empty_file', 'The file is empty: its first line must name the columns.');
  const header = record.map((cell, index) => cell.replaceAll('\0', '') || `column_${index + 1}`);
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name.toLowerCase()))
      throw new TableProblem('header_twice', `Two columns are called "${name.slice(0, 100)}": rename one of them.`);
    seen.add(name.toLowerCase());
  }
  return header;
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

import { readQuoted, type Line, type LineRecord } from './quoted-record.js';
import { TableProblem } from './table-problem.js';

export type { LineRecord } from './quoted-record.js';

/** Greatest lines and characters of a record: a quote that is not closed within them counts as a stray one. */
export interface QuoteBounds {
  readonly lines: number;
  readonly characters: number;
}

export interface LineOptions {
  readonly delimiter: string;
  /** Characters of a line; a longer one ends the reading. */
  readonly mostCharacters: number;
  readonly quotes: QuoteBounds;
  /**
   * True: cells keep their line ends, and a number in the same column shows a row within a quoted cell. False: line
   * ends become `\n`, and any number makes a row of a line.
   */
  readonly isStrict: boolean;
  /** Lines of the text, including the empty ones; one more ends the reading. */
  readonly mostLines?: number;
}

/** Greatest number of lines: more than any list of people; the largest imported files have a million. */
export const MOST_LINES = 10_000_000;

/** Lines that may be read ahead, since they stay in memory. */
const MOST_LINES_AHEAD = 100_000;

/** Digits that show a row within a quoted cell. */
const LEAST_DIGITS = 7;

const STRAY_QUOTE = 'has a quote out of place';

/**
 * Splits a text into records by RFC 4180, line by line. A stray quote costs no more than its own line.
 *
 * A quote opens a cell only if it is closed before a delimiter or a line end. That must be at most `quotes.lines`
 * later. No line within may look like a record itself. Any other line is split at its delimiters, and has a fault. Line
 * ends of any kind may be mixed. Empty lines are no records. A truncated text is read to its last whole record.
 */
export class LineRecords {
  private readonly lines: Line[] = [];
  private at = 0;
  /** Beginning of an unfinished line, in pieces, because joining them anew for each one would be slow. */
  private rest: string[] = [];
  private restLength = 0;
  private isOver = false;
  private failure: unknown = null;
  private width = 0;
  private linesSeen = 0;

  constructor(
    private readonly source: AsyncIterator<string>,
    private readonly options: LineOptions,
  ) {}

  /**
   * Returns the next record; undefined at the end. @throws errors of the source, or TableProblem for a line that is too
   * long.
   */
  async next(): Promise<LineRecord | undefined> {
    for (;;) {
      const record = this.nextReady();
      if (record) return record;
      if (this.failure !== null) throw this.failure;
      if (this.isOver) return undefined;
      await this.readOn();
    }
  }

  /** Returns the next records without consuming them, at most `most` of about `characters` together. */
  async peek(most: number, characters: number): Promise<LineRecord[]> {
    for (;;) {
      this.at = this.firstFrom(this.at);
      const { records, left } = this.ahead(most, characters);
      const isFull = left <= 0 || this.lines.length - this.at > MOST_LINES_AHEAD;
      if (records.length === most || isFull || this.isOver || this.failure !== null) return records;
      await this.readOn();
    }
  }

  /** Skips records that `peek` returned. */
  skip(records: number): void {
    for (let left = records; left > 0; left--) {
      this.at = this.firstFrom(this.at);
      this.at += this.recordAt(this.at)!.lines;
    }
  }

  /** Returns the records that are ready, at most `most` of `characters` together. */
  readyRecords(most: number, characters: number): LineRecord[] {
    const records: LineRecord[] = [];
    for (let left = characters; records.length < most && left > 0;) {
      const record = this.nextReady();
      if (!record) break;
      records.push(record);
      left -= lengthOf(record);
    }
    return records;
  }

  /** Returns the next record, if its lines have been read. */
  private nextReady(): LineRecord | undefined {
    this.at = this.firstFrom(this.at);
    const found = this.recordAt(this.at);
    if (!found) return undefined;
    this.at += found.lines;
    this.width ||= found.record.cells.length;
    return found.record;
  }

  private ahead(most: number, characters: number): { records: LineRecord[]; left: number } {
    const records: LineRecord[] = [];
    let left = characters;
    for (let at = this.firstFrom(this.at); records.length < most && left > 0; at = this.firstFrom(at)) {
      const found = this.recordAt(at);
      if (!found) break;
      records.push(found.record);
      left -= lengthOf(found.record);
      at += found.lines;
    }
    return { records, left };
  }

  /** Returns the index of the first line that is not empty. */
  private firstFrom(start: number): number {
    let at = start;
    while (this.lines[at]?.text.trim() === '') at++;
    return at;
  }

  /** Returns the record at a line; undefined if there is none, or its further lines have not been read. */
  private recordAt(at: number): { record: LineRecord; lines: number } | undefined {
    const line = this.lines[at];
    if (line === undefined) return undefined;
    const { delimiter } = this.options;
    if (!line.text.includes('"')) return { record: { cells: cellsOf(line.text, delimiter), fault: null }, lines: 1 };
    const alone = readQuoted([line], delimiter);
    if (alone) return { record: alone, lines: 1 };
    const { lines, isWhole } = this.linesFrom(at);
    if (!isWhole) return undefined;
    const quoted = readQuoted(lines, delimiter);
    if (quoted && !this.swallowsRows(line.text, quoted.within)) return { record: quoted, lines: quoted.lines };
    return { record: this.mended(cellsOf(line.text, delimiter)), lines: 1 };
  }

  /**
   * Splits a line with misplaced quotes. A quote within a cell, as in `5" pipe`, is no fault if all cells are there.
   * One at its beginning, as in `"Ada" Lovelace`, is no fault in strict reading if another closes it.
   */
  private mended(cells: readonly string[]): LineRecord {
    const isClosed = (cell: string) => this.options.isStrict && cell.split('"').length % 2 === 1;
    const isWhole = cells.length === this.width && cells.every((cell) => !cell.startsWith('"') || isClosed(cell));
    const isPlain = isWhole && this.width > 1;
    const plain = this.options.isStrict && isPlain ? withoutInnerQuotes : withoutOuterQuotes;
    return { cells: cells.map(plain), fault: isPlain || (isWhole && !this.options.isStrict) ? null : STRAY_QUOTE };
  }

  /** Returns the lines that a record may have, and if all of them have been read. */
  private linesFrom(at: number): { lines: Line[]; isWhole: boolean } {
    const { quotes } = this.options;
    let [end, characters] = [at, 0];
    while (end < this.lines.length && end < at + quotes.lines && characters < quotes.characters)
      characters += this.lines[end++]!.text.length + 1;
    return { lines: this.lines.slice(at, end), isWhole: this.isOver || end < this.lines.length };
  }

  /** True if a line within a quoted cell looks like a record. It then has a number and as many cells as the first. */
  private swallowsRows(line: string, within: readonly string[]): boolean {
    const { delimiter, isStrict } = this.options;
    const places = numbersAt(line.split(delimiter));
    const looksLikeRow = (text: string) => {
      const cells = text.split(delimiter);
      const numbers = cells.length >= this.width ? numbersAt(cells) : [];
      return isStrict ? numbers.some((position) => places.includes(position)) : numbers.length > 0;
    };
    const inner = isStrict ? within : within.slice(0, -1);
    return inner.some(looksLikeRow);
  }

  private async readOn(): Promise<void> {
    this.lines.splice(0, this.at);
    this.at = 0;
    try {
      const { done, value } = await this.source.next();
      if (done) this.endText();
      else if (/[\r\n]/.test(value) || this.rest.at(-1)?.endsWith('\r')) this.addLines(this.rest.join('') + value);
      else this.keepMore(value);
    } catch (error) {
      this.failure = error;
    }
  }

  private get mostLines(): number {
    return this.options.mostLines ?? MOST_LINES;
  }

  private endText(): void {
    this.isOver = true;
    this.addParts(this.rest.join('').split(LINE_END));
    this.rest = [];
  }

  private addLines(text: string): void {
    const parts = text.split(LINE_END);
    const rest = parts.pop()!;
    this.addParts(parts);
    this.keepRest(rest);
  }

  private addParts(parts: readonly string[]): void {
    for (let at = 0; at < parts.length; at += 2) {
      if (parts[at]!.length > this.options.mostCharacters) throw tooLong();
      if (++this.linesSeen > this.mostLines) throw tooMany(this.mostLines);
      this.lines.push({ text: parts[at]!, end: this.options.isStrict ? (parts[at + 1] ?? '') : '\n' });
    }
  }

  private keepRest(rest: string): void {
    this.rest = [];
    this.restLength = 0;
    this.keepMore(rest);
  }

  private keepMore(text: string): void {
    this.rest.push(text);
    this.restLength += text.length;
    if (this.restLength > this.options.mostCharacters) throw tooLong();
  }
}

const LINE_END = /(\r\n|\n|\r(?!$))/;

function tooMany(most: number): TableProblem {
  return new TableProblem(
    'too_many_rows',
    `The file has more than ${most} lines: what stands after them was not read. Send the rest as further files.`,
  );
}

function tooLong(): TableProblem {
  return new TableProblem('record_too_long', 'A line is longer than a megabyte: the file is no CSV.');
}

function lengthOf({ cells }: LineRecord): number {
  return cells.reduce((sum, cell) => sum + cell.length, 1);
}

/** Returns the indexes of the cells that may be telephone numbers. */
function numbersAt(cells: readonly string[]): number[] {
  return cells.flatMap((cell, index) => (cell.replace(/\D/g, '').length >= LEAST_DIGITS ? [index] : []));
}

/** Returns the cells of a line in which quotes have no meaning. */
function cellsOf(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((cell) => cell.trim());
}

function withoutOuterQuotes(cell: string): string {
  const start = cell.startsWith('"') ? 1 : 0;
  const end = cell.length > start && cell.endsWith('"') ? cell.length - 1 : cell.length;
  return cell.slice(start, end).replaceAll('""', '"').trim();
}

/** Reads `"Ada" Lovelace` as spreadsheets do: without the quotes around its beginning. */
function withoutInnerQuotes(cell: string): string {
  if (!cell.startsWith('"') || cell.endsWith('"')) return withoutOuterQuotes(cell);
  const closing = cell.indexOf('"', 1);
  return `${cell.slice(1, closing)}${cell.slice(closing + 1)}`.trim();
}

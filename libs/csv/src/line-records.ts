import { TableProblem } from './table-problem.js';

/** A record, and what is wrong with its quotes; null: nothing. */
export interface LineRecord {
  readonly cells: readonly string[];
  readonly fault: string | null;
}

export interface LineOptions {
  readonly delimiter: string;
  /** Characters of a line; one that is longer ends the reading. */
  readonly mostCharacters: number;
}

/** Lines and characters of a record: a quote that is not closed by then is taken for a stray one. */
const MOST_LINES = 100;
const MOST_CHARACTERS = 64 * 1024;

/** What a swallowed row would hold. */
const LEAST_DIGITS = 7;

const STRAY_QUOTE = 'has a quote out of place';

/**
 * Splits a text into records by RFC 4180, line by line, so that a stray quote costs no more than its own line.
 *
 * A quote opens a cell only where it is closed before a delimiter or a line end, at most `MOST_LINES` on.
 * No line within may look like a record itself. Any other line is split at its delimiters, and has a fault.
 * Line ends of any kind may be mixed. Empty lines are no records.
 */
export class LineRecords {
  private readonly lines: string[] = [];
  private at = 0;
  private rest = '';
  private isOver = false;
  private width = 0;

  constructor(
    private readonly source: AsyncIterator<string>,
    private readonly options: LineOptions,
  ) {}

  /** Undefined at the end. @throws TableProblem for a line that is too long. */
  async next(): Promise<LineRecord | undefined> {
    for (;;) {
      const record = this.take();
      if (record || (this.isOver && this.at >= this.lines.length)) return record;
      await this.readOn();
    }
  }

  /** What is there already, at most `most` records of `characters` together. */
  takeReady(most: number, characters: number): LineRecord[] {
    const records: LineRecord[] = [];
    for (let left = characters; records.length < most && left > 0;) {
      const record = this.take();
      if (!record) break;
      records.push(record);
      for (const cell of record.cells) left -= cell.length;
    }
    return records;
  }

  /** The next record, if its lines are there. */
  private take(): LineRecord | undefined {
    while (this.lines[this.at]?.trim() === '') this.at++;
    if (this.at >= this.lines.length) return undefined;
    const found = this.recordAt(this.at);
    if (!found) return undefined;
    this.at += found.lines;
    this.width ||= found.record.cells.length;
    return found.record;
  }

  /** Undefined: the lines that it may go on over are not there yet. */
  private recordAt(at: number): { record: LineRecord; lines: number } | undefined {
    const line = this.lines[at]!;
    const { delimiter } = this.options;
    if (!line.includes('"')) return { record: { cells: cellsOf(line, delimiter), fault: null }, lines: 1 };
    const alone = readQuoted([line], delimiter);
    if (alone) return { record: alone, lines: 1 };
    const { lines, isWhole } = this.linesFrom(at);
    if (!isWhole) return undefined;
    const quoted = readQuoted(lines, delimiter);
    if (quoted && !this.swallowsRows(lines.slice(1, quoted.lines - 1))) return { record: quoted, lines: quoted.lines };
    return { record: mended(cellsOf(line, delimiter), this.width), lines: 1 };
  }

  /** Lines that a record may be of, and whether all of them are there. */
  private linesFrom(at: number): { lines: string[]; isWhole: boolean } {
    let [end, characters] = [at, 0];
    while (end < this.lines.length && end < at + MOST_LINES && characters < MOST_CHARACTERS)
      characters += this.lines[end++]!.length + 1;
    return { lines: this.lines.slice(at, end), isWhole: this.isOver || end < this.lines.length };
  }

  /** True if a line within a quoted cell looks like a record: as many cells as the first one has, and a number. */
  private swallowsRows(within: readonly string[]): boolean {
    return within.some((line) => {
      const cells = line.split(this.options.delimiter);
      return cells.length >= this.width && cells.some((cell) => cell.replace(/\D/g, '').length >= LEAST_DIGITS);
    });
  }

  private async readOn(): Promise<void> {
    this.lines.splice(0, this.at);
    this.at = 0;
    const { done, value } = await this.source.next();
    const text = this.rest + (done ? '' : value);
    this.isOver = done === true;
    const parts = text.split(/\r\n|\n|\r(?!$)/);
    this.rest = this.isOver ? '' : parts.pop()!;
    this.lines.push(...parts);
    if ([this.rest, ...parts].some(({ length }) => length > this.options.mostCharacters))
      throw new TableProblem('record_too_long', 'A line is longer than a megabyte: the file is no CSV.');
  }
}

/** Cells of a line in which quotes mean nothing. */
function cellsOf(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((cell) => cell.trim());
}

function withoutOuterQuotes(cell: string): string {
  const start = cell.startsWith('"') ? 1 : 0;
  const end = cell.length > start && cell.endsWith('"') ? cell.length - 1 : cell.length;
  return cell.slice(start, end).replaceAll('""', '"').trim();
}

/** A line whose quotes are not in place. One within a cell, `5" pipe`, is no fault where all cells are there. */
function mended(cells: readonly string[], width: number): LineRecord {
  const isPlain = cells.length === width && !cells.some((cell) => cell.startsWith('"'));
  return { cells: cells.map(withoutOuterQuotes), fault: isPlain ? null : STRAY_QUOTE };
}

/** A record whose quotes are all in place; null: they are not. */
function readQuoted(lines: readonly string[], delimiter: string): (LineRecord & { lines: number }) | null {
  const cells: string[] = [];
  const place = { line: 0, at: 0 };
  for (;;) {
    const line = lines[place.line]!;
    const start = skipSpaces(line, place.at, delimiter);
    const cell = line[start] === '"' ? readQuotedCell(lines, place, start) : readPlainCell(line, place, delimiter);
    if (cell === null) return null;
    cells.push(cell);
    const [end, closing] = [lines[place.line]!, skipSpaces(lines[place.line]!, place.at, delimiter)];
    if (closing >= end.length) return { cells, fault: null, lines: place.line + 1 };
    if (end[closing] !== delimiter) return null;
    place.at = closing + 1;
  }
}

interface Place {
  line: number;
  at: number;
}

function skipSpaces(line: string, from: number, delimiter: string): number {
  let at = from;
  while (at < line.length && line[at] !== delimiter && /\s/.test(line[at]!)) at++;
  return at;
}

/** A cell without quotes; null where one stands in it: what it means is not sure. */
function readPlainCell(line: string, place: Place, delimiter: string): string | null {
  const end = line.indexOf(delimiter, place.at);
  const cell = line.slice(place.at, end === -1 ? line.length : end);
  place.at += cell.length;
  return cell.includes('"') ? null : cell.trim();
}

/** A cell from its opening quote to behind its closing one; null: it is not closed. */
function readQuotedCell(lines: readonly string[], place: Place, start: number): string | null {
  const parts: string[] = [];
  for (let from = start + 1; ;) {
    const line = lines[place.line]!;
    const quote = line.indexOf('"', from);
    if (quote === -1) {
      parts.push(line.slice(from), '\n');
      if (++place.line >= lines.length) return null;
      from = 0;
      continue;
    }
    parts.push(line.slice(from, quote));
    place.at = quote + 1;
    if (line[quote + 1] !== '"') return parts.join('').trim();
    parts.push('"');
    from = quote + 2;
  }
}

/** Record, and the fault of its quotes; null if there is none. */
export interface LineRecord {
  readonly cells: readonly string[];
  readonly fault: string | null;
}

export interface Line {
  readonly text: string;
  /** Line end in the file. */
  readonly end: string;
}

export interface QuotedRecord extends LineRecord {
  readonly lines: number;
  /** Lines after the first, the last one as far as the cell goes. */
  readonly within: readonly string[];
}

/** Reads a record whose quotes are all in place; null if they are not. */
export function readQuoted(lines: readonly Line[], delimiter: string): QuotedRecord | null {
  const cells: string[] = [];
  const position: Position = { line: 0, at: 0, closedAt: 0 };
  for (;;) {
    const line = lines[position.line]!.text;
    const start = skipSpaces(line, position.at, delimiter);
    const cell =
      line[start] === '"' ? readQuotedCell(lines, position, start) : readPlainCell(line, position, delimiter);
    if (cell === null) return null;
    cells.push(cell);
    const end = lines[position.line]!.text;
    const closing = skipSpaces(end, position.at, delimiter);
    if (closing >= end.length)
      return { cells, fault: null, lines: position.line + 1, within: linesWithin(lines, position) };
    if (end[closing] !== delimiter) return null;
    position.at = closing + 1;
  }
}

function linesWithin(lines: readonly Line[], { line, closedAt }: Position): string[] {
  const within = lines.slice(1, line + 1).map(({ text }) => text);
  const last = within.pop();
  return last === undefined ? [] : [...within, last.slice(0, closedAt)];
}

interface Position {
  line: number;
  at: number;
  /** Position in its last line at which the last cell of several lines ends. */
  closedAt: number;
}

function skipSpaces(line: string, from: number, delimiter: string): number {
  let at = from;
  while (at < line.length && line[at] !== delimiter && /\s/.test(line[at]!)) at++;
  return at;
}

/** Reads a cell without quotes; null if it contains one, whose meaning is uncertain. */
function readPlainCell(line: string, position: Position, delimiter: string): string | null {
  const end = line.indexOf(delimiter, position.at);
  const cell = line.slice(position.at, end === -1 ? line.length : end);
  position.at += cell.length;
  return cell.includes('"') ? null : cell.trim();
}

/** Reads a cell from its opening quote to after its closing one; null if it is not closed. */
function readQuotedCell(lines: readonly Line[], position: Position, start: number): string | null {
  const parts: string[] = [];
  const first = position.line;
  for (let from = start + 1; ;) {
    const { text, end } = lines[position.line]!;
    const quote = text.indexOf('"', from);
    if (quote === -1) {
      parts.push(text.slice(from), end);
      if (++position.line >= lines.length) return null;
      from = 0;
      continue;
    }
    parts.push(text.slice(from, quote));
    position.at = quote + 1;
    if (text[quote + 1] !== '"') {
      if (position.line > first) position.closedAt = quote;
      return parts.join('').trim();
    }
    parts.push('"');
    from = quote + 2;
  }
}

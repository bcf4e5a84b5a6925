import { telephoneRank } from './contact-headers.js';

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Line before the header in which a spreadsheet names the delimiter. */
export const SEPARATOR_LINE = /^"?sep=([,;\t|])?"?[,;\t|]*$/i;

/** Lines at the beginning of a file, and characters of each, that are read. */
const MOST_LINES = 50;
const MOST_CHARACTERS = 4_000;

/**
 * Finds the delimiter of the cells.
 *
 * 1. A line `sep=;` decides.
 * 2. Otherwise the most frequent one in the first record counts, outside quotes; a comma if there is none. If a quote
 * is never closed, its first line counts.
 * 3. If the first line may be a title, the one that splits most lines into equally many cells counts.
 */
export function delimiterOf(text: string): Delimiter {
  const start = text.replace(/^[\r\n\uFEFF]+/, '');
  const lines = linesOf(start);
  const said = SEPARATOR_LINE.exec(lines[0] ?? '')?.[1];
  if (isDelimiter(said ?? null)) return said as Delimiter;
  const counts = countsOf(start, '"') ?? countsOf(start, null)!;
  const first = DELIMITERS.reduce((best, one) => (countOf(counts, one) > countOf(counts, best) ? one : best));
  return mayBeTitle(lines) ? (ofMostLines(lines) ?? first) : first;
}

function countOf(counts: ReadonlyMap<string, number>, delimiter: Delimiter): number {
  return counts.get(delimiter) ?? 0;
}

function linesOf(text: string): string[] {
  return text
    .slice(0, MOST_LINES * MOST_CHARACTERS)
    .split(/[\r\n]+/, MOST_LINES)
    .filter((line) => line.trim() !== '')
    .map((line) => line.slice(0, MOST_CHARACTERS));
}

/** True if the first line has no telephone number and is not certainly a header. */
function mayBeTitle([first = '', second = '']: readonly string[]): boolean {
  if (hasNumber(first)) return false;
  const cells = first.split(/[,;\t|]/);
  return !cells.some((cell) => telephoneRank(cell) !== null) || (cells.length === 1 && !hasNumber(second));
}

function hasNumber(line: string): boolean {
  return /\d(?:[ ().-]{0,3}\d){6}/.test(line);
}

/** Returns the delimiter of most lines; undefined if none is equally frequent in at least two lines. */
function ofMostLines(lines: readonly string[]): Delimiter | undefined {
  const found = DELIMITERS.map((delimiter) => ({ delimiter, ...mostAlike(lines, delimiter) }));
  const isBetter = (one: Alike, most: Alike) =>
    one.lines > most.lines || (one.lines === most.lines && one.count > most.count);
  const best = found.reduce((most, one) => (isBetter(one, most) ? one : most));
  return best.lines >= 2 ? best.delimiter : undefined;
}

interface Alike {
  readonly lines: number;
  /** Count of the character in each of them. */
  readonly count: number;
}

/** Counts the lines that have as many such characters as most lines; lines without any are ignored. */
function mostAlike(lines: readonly string[], delimiter: Delimiter): Alike {
  const alike = new Map<number, number>();
  for (const line of lines) {
    const count = countOf(countsOf(line, '"') ?? countsOf(line, null)!, delimiter);
    if (count > 0) alike.set(count, (alike.get(count) ?? 0) + 1);
  }
  return [...alike].reduce((most, [count, many]) => (many > most.lines ? { lines: many, count } : most), {
    lines: 0,
    count: 0,
  });
}

/** Counts each character in the first record; null if a quote in it is not closed. */
function countsOf(text: string, quote: string | null): Map<string, number> | null {
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const character of text) {
    if (character === quote) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '\n' || character === '\r') return counts;
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return isQuoted ? null : counts;
}

export function isDelimiter(text: string | null): text is Delimiter {
  return DELIMITERS.includes(text as Delimiter);
}

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/**
 * Finds what parts the cells of the first record: whichever stands in it most often, outside quotes.
 * It is a comma where none does.
 * Where a quote is never closed, by its first line.
 */
export function delimiterOf(text: string): Delimiter {
  const start = text.replace(/^[\r\n]+/, '');
  const counts = countsOf(start, '"') ?? countsOf(start, null)!;
  const count = (delimiter: Delimiter) => counts.get(delimiter) ?? 0;
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** How often each character stands in the first record; null: a quote in it is not closed. */
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

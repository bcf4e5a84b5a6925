/** Signs with which a spreadsheet begins a formula, in full width and in small forms too. */
const SIGNS: ReadonlySet<string> = new Set('=+-@＝＋－＠﹦﹢﹣﹫');

/** Characters that separate cells or lines in some program: another list separator splits one cell into several. */
const SEPARATOR = /([,;|\t\r\n\v\f\u0085\u2028\u2029])/;

/** Characters that programs skip to the sign after them. Another separator may bring the quote to the front. */
const PASSED_OVER = /['"\s\p{Cf}\p{Cc}]/u;

const NUMBER = /^[+-]\d+(?:\.\d+)?$/;

/**
 * Puts an apostrophe before a text that a spreadsheet would run as a formula (OWASP, CSV injection). That may be at the
 * beginning of a cell, or where another list separator or a line end begins one. A cell that is a whole number stays
 * unchanged; `-2,3&A1` is none.
 * A cell that begins with an apostrophe, a tab or a line end gets one, too. `withoutApostrophes` then undoes it.
 */
export function defused(text: string): string {
  if (NUMBER.test(text)) return text;
  const parts = text.split(SEPARATOR);
  const within = parts.map((part, index) => (index > 0 && hasSign(part) ? `'${part}` : part)).join('');
  return hasSign(parts[0]!) || BEGINS_OPEN.test(text) ? `'${within}` : within;
}

const BEGINS_OPEN = /^['\t\r\n]/;

/** Removes every apostrophe that `defused` has added. */
export function withoutApostrophes(cell: string): string {
  if (!cell.includes("'")) return cell;
  const parts = cell.split(SEPARATOR);
  const within = parts.map((part, index) => (index > 0 && isDefused(part) ? part.slice(1) : part)).join('');
  return isDefused(parts[0]!) || (cell.startsWith("'") && BEGINS_OPEN.test(cell.slice(1))) ? within.slice(1) : within;
}

function isDefused(part: string): boolean {
  return part.startsWith("'") && hasSign(part.slice(1));
}

/** True if only skipped characters precede a sign. */
function hasSign(part: string): boolean {
  for (const character of part) {
    if (SIGNS.has(character)) return true;
    if (!PASSED_OVER.test(character)) return false;
  }
  return false;
}

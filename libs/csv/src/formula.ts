/** Signs with which a spreadsheet begins a formula, in full width and in small forms too. */
const SIGNS: ReadonlySet<string> = new Set('=+-@＝＋－＠﹦﹢﹣﹫');

/** Characters that part cells or lines in some program: another list separator makes several cells of one. */
const SEPARATOR = /([,;|\t\r\n\v\f\u0085\u2028\u2029])/;

/** Programs that drop these find the sign behind them; the quote is one that another separator brings to the front. */
const PASSED_OVER = /['"\s\p{Cf}\p{Cc}]/u;

const NUMBER = /^[+-]\d+(?:\.\d+)?$/;

/**
 * Puts an apostrophe before whatever a spreadsheet would run as a formula (OWASP, CSV injection): at the beginning of
 * a cell, and within it where another list separator or a line end would begin a new one. A cell that is a number as a
 * whole stays as it is; `-2,3&A1` is none.
 * A cell with an apostrophe, a tab or a line end at its beginning gets one too, so that `withoutApostrophes` undoes it.
 */
export function defused(text: string): string {
  if (NUMBER.test(text)) return text;
  const parts = text.split(SEPARATOR);
  const within = parts.map((part, index) => (index > 0 && hasSign(part) ? `'${part}` : part)).join('');
  return hasSign(parts[0]!) || BEGINS_OPEN.test(text) ? `'${within}` : within;
}

const BEGINS_OPEN = /^['\t\r\n]/;

/** Takes off every apostrophe that `defused` has put there. */
export function withoutApostrophes(cell: string): string {
  if (!cell.includes("'")) return cell;
  const parts = cell.split(SEPARATOR);
  const within = parts.map((part, index) => (index > 0 && isDefused(part) ? part.slice(1) : part)).join('');
  return isDefused(parts[0]!) || (cell.startsWith("'") && BEGINS_OPEN.test(cell.slice(1))) ? within.slice(1) : within;
}

function isDefused(part: string): boolean {
  return part.startsWith("'") && hasSign(part.slice(1));
}

/** True if nothing that a program drops stands before a sign. */
function hasSign(part: string): boolean {
  for (const character of part) {
    if (SIGNS.has(character)) return true;
    if (!PASSED_OVER.test(character)) return false;
  }
  return false;
}

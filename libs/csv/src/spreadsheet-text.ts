/** Longest text that programs read as a date, with its day and time; a UUID has one character more. */
const LONGEST_DATE = 35;

/** Numbers that a spreadsheet shows unchanged. */
const SHORT_NUMBER = /^(?:0|-?[1-9]\d{0,10})$/;

/** Text without words except an exponent: digits, however many. */
const NO_WORDS = /^[^\p{L}]*(?:e[^\p{L}]*)?$/iu;

/** Truth values, in the languages of spreadsheets. */
const TRUTHS: ReadonlySet<string> = new Set(
  `true false wahr falsch vrai faux verdadero falso vero verdadeiro waar onwaar prawda fałsz sant falskt sand falsk
    usann
  tosi epätosi doğru yanlış pravda nepravda igaz hamis истина ложь`.split(/\s+/),
);

/**
 * Puts a tab before a text that a spreadsheet would change: `+442079460123`, `007`, `1E5`, `1-2`, `TRUE`, `#N/A`.
 *
 * Excel and LibreOffice then keep it as text and do not show the tab. An import drops outer spaces. An apostrophe would
 * be visible, and `="…"` is a formula. Which dates a spreadsheet reads depends on its language, so any short text with
 * a digit gets a tab. Whole numbers of up to eleven digits stay numbers.
 */
export function keptBySpreadsheets(text: string): string {
  return isChanged(text) ? `\t${text}` : text;
}

function isChanged(text: string): boolean {
  if (SHORT_NUMBER.test(text) || text.startsWith("'")) return false;
  if (text.startsWith('#') || TRUTHS.has(text.slice(0, LONGEST_DATE).toLowerCase())) return true;
  return /\p{N}/u.test(text) && (text.length <= LONGEST_DATE || NO_WORDS.test(text));
}

import { LONGEST_RANGE, readRun, readTail, wholeNumbers, type NumberRun } from './number-run.js';
import { numberKey } from './number-key.js';
import { DECIMALS, isInPlan, plausibleNumbers, toE164 } from './phone-number.js';

/** Numbers that a cell of a do-not-call list names. */
export interface ListedNumbers {
  /** E.164, each once; empty if none can be read. */
  readonly numbers: readonly string[];
  /** Reason for which a part of the cell is not listed. Null if all of it is, or the cell is empty. */
  readonly lost: 'empty' | 'spreadsheet' | 'national' | 'unreadable' | null;
  /** True if the cell had more than one plain number. */
  readonly isRepaired: boolean;
}

/** Returns the numbers that no country's plan has. A part of them, such as an area code, may be in another cell. */
export function unplanned(numbers: readonly string[]): string[] {
  return numbers.filter((number) => !isInPlan(number));
}

/** Returns a sentence about unplanned numbers; nothing if there are none. */
export function unplannedNotes([first]: readonly string[]): string[] {
  if (first === undefined) return [];
  return [
    `phone_number: no country has ${first}, which is listed as written: a number must be whole, with its area code`,
  ];
}

/** True if all of these are readings of one number that a text names. */
export function isOneNumber(text: string, country: string | null, numbers: readonly string[]): boolean {
  const readings = plausibleNumbers(digitsOfSpreadsheet(plainCell(text)) ?? '', country);
  const keys = [...readings, ...numbers.slice(0, 1)].map(numberKey);
  return numbers.every((number) => keys.includes(numberKey(number)));
}

/** Numbers of one cell. A longer one is a text that an unclosed quote has swallowed. */
export const MOST_NUMBERS_IN_A_CELL = 20;

/** Characters of a cell that are read, which bounds all patterns below. */
const MOST_CHARACTERS = 500;

/**
 * Reads every number that a cell of a do-not-call list may mean, more leniently than the number of a contact. One
 * number too many costs a call; one too few breaks the law.
 *
 * Reads numbers that spreadsheets have spoiled, several in one cell, short ranges, and numbers with an extension. Also
 * reads numbers amid words, in keypad letters, and with a country code but no plus.
 * @param country ISO 3166-1 alpha-2, for numbers in national form.
 */
export function readListedNumbers(text: string | null, country: string | null): ListedNumbers {
  const isLonger = (text ?? '').length > MOST_CHARACTERS;
  const cell = plainCell(text ?? '');
  if (cell === '') return { numbers: [], lost: 'empty', isRepaired: false };
  const digits = digitsOfSpreadsheet(cell);
  if (digits === null) return { numbers: [], lost: 'spreadsheet', isRepaired: false };
  const apart = numbersApart(digits, country);
  if (apart.length > 0) return { numbers: apart, lost: null, isRepaired: true };
  if (toE164(digits, country) !== null) return readPlain(digits, cell !== digits, country);
  const found = numbersIn(digits, country);
  const numbers = [...new Set(found.numbers)];
  if (numbers.length === 0)
    return { numbers, lost: country === null && isNational(digits) ? 'national' : 'unreadable', isRepaired: false };
  const isCut = isLonger || numbers.length > MOST_NUMBERS_IN_A_CELL || found.isCut;
  return { numbers: numbers.slice(0, MOST_NUMBERS_IN_A_CELL), lost: isCut ? 'unreadable' : null, isRepaired: true };
}

/** Returns a number as it would be dialed, and the other numbers that its form may mean. */
function readPlain(digits: string, isRepaired: boolean, country: string | null): ListedNumbers {
  const numbers = [...new Set([...plausibleNumbers(digits, country), ...readRun(digits, country).numbers])];
  return { numbers, lost: null, isRepaired: isRepaired || numbers.length > 1 };
}

/** Signs between numbers, of which some may also stand within one. */
const DIVIDERS = /\/|;|\||[()[\]]| - | {2}|(?=\+)/;

/**
 * Returns the numbers of a cell that divides into plain numbers of plans. All begin with a sign such as `0`, or none
 * does.
 */
function numbersApart(cell: string, country: string | null): string[] {
  const parts = cell.split(DIVIDERS).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  if (parts.length < 2 || parts.length > MOST_NUMBERS_IN_A_CELL || !parts.every((part) => ONLY_A_RUN.test(part)))
    return [];
  const isAlike = new Set(parts.map((part) => /^[+0]/.test(part))).size === 1;
  if (!isAlike || parts.some((part) => part.includes('~'))) return [];
  const numbers = parts.map((part) => plausibleNumbers(part, country));
  return numbers.every(([first]) => first !== undefined && isInPlan(first)) ? [...new Set(numbers.flat())] : [];
}

/** Drops what surrounds a number in cells: invisible marks, quotes, the formula that makes a cell a text. */
export function plainCell(text: string): string {
  const visible = text
    .slice(0, MOST_CHARACTERS)
    .replace(/\p{M}/gu, '')
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\S\n]/g, ' ')
    .replace(/[‐-―−]/g, '-')
    .replace(/[⁄∕]/g, '/')
    .replace(RANGE_WORD, ' ~ ')
    .trim();
  return withPlainTails(visible).replace(/^[='"`’‘´\s]+(?=[+\d(])|["'\s]+$/g, '');
}

/** Normalizes the last digits of ranges and of further numbers, such as `-(100-105)` and `/ -101`. */
function withPlainTails(cell: string): string {
  return cell
    .replace(/~ [-(] ?(?=\d)/g, '~ ')
    .replace(/-\((\d{1,4}) ?[-~] ?(\d{1,4})\)/g, '-$1 ~ $2')
    .replace(/-(\d{1,4}) - (\d{1,4})(?!\d)/g, spacedRange)
    .replace(/ ?(?:\/|,|&|u\.|und|and|et|y|e) ?-(?=\d{1,4}(?!\d))/gi, ' & ')
    .replace(/(?<=\d) ?\[(?=\d{1,6}\])/g, ' (')
    .replace(/(?<=\(\d{1,6})\]/g, ')');
}

/** Treats a spaced dash as a range if the digits beside it are equally long and close to each other. */
function spacedRange(text: string, first: string, last: string): string {
  const steps = Number(last) - Number(first);
  return first.length === last.length && steps > 0 && steps <= LONGEST_RANGE ? `-${first} ~ ${last}` : text;
}

/** Words between the first and the last number of a range. */
const RANGE_WORD = /(?<=\d) ?(?:bis|to|thru|through|till|al?|à|au|até|hasta|do|t\/m|\.{2,3}|…) ?(?=[+(\d-])/gi;

const SCIENTIFIC = /^\+?(\d)(?:[.,](\d*))?e\+?(\d{1,2})$/i;

/** Undoes a spreadsheet's changes of a number; null if its last digits are lost. */
export function digitsOfSpreadsheet(cell: string): string | null {
  const scientific = SCIENTIFIC.exec(cell);
  if (scientific) {
    const [, first, rest = '', exponent] = scientific;
    return rest.length === Number(exponent) ? `${first}${rest}` : null;
  }
  if (/^\+?\d{1,3}(,\d{3}){2,}(\.0+)?$/.test(cell)) return cell.replace(/,|\.0+$/g, '');
  return cell.replace(DECIMALS, '$1');
}

const BETWEEN_NUMBERS = /([\n;,|&•]|:::|\b(?:or|and|oder|und|ou|et|o|y|e|i|u)\b)/i;

/** Returns the parts of a cell with digits. Each part says if last digits alone may follow the part before. */
function partsOf(cell: string): { text: string; mayBeTail: boolean }[] {
  const pieces = cell.split(BETWEEN_NUMBERS);
  return pieces.flatMap((text, index) =>
    index % 2 === 0 && /\d/.test(text)
      ? [{ text: text.trim(), mayBeTail: index > 0 && !/[\n;|•:]/.test(pieces[index - 1]!) }]
      : [],
  );
}

/** Returns the numbers of a cell that is not one plain number. */
function numbersIn(cell: string, country: string | null): NumberRun {
  const plain = withoutAdditions(cell);
  if (ONLY_A_RUN.test(plain) && wholeNumbers(plain, country).length > 0) return readRun(plain, country);
  const word = spelled(plain, country);
  if (word !== null) return { numbers: [word], isCut: false };
  const numbers: string[] = [];
  let isCut = OPEN_END.test(plain);
  for (const { text, mayBeTail } of partsOf(plain)) {
    const run = readPart(text, country, mayBeTail ? numbers.at(-1) : undefined);
    isCut ||= run.isCut || run.numbers.length === 0;
    numbers.push(...run.numbers);
    if (numbers.length > MOST_NUMBERS_IN_A_CELL) break;
  }
  return { numbers, isCut };
}

/** Signs of open last digits, as in `-100ff` and `-1XX`. */
const OPEN_END = /\d-?(?:ff?|x{1,5}|\*)(?![a-z\d])/i;

const ONLY_A_RUN = /^[+\d(][+\d\s()./~-]*$/;
const ONLY_DIGITS = /^[\d\s()./~-]+$/;

/** Reads one part of a cell: a run of digits, last digits for the number before, or numbers amid words. */
function readPart(text: string, country: string | null, before: string | undefined): NumberRun {
  const tail = before !== undefined && ONLY_DIGITS.test(text) ? readTail(text, before) : null;
  if (tail !== null) return tail;
  return ONLY_A_RUN.test(text) ? readRun(text, country) : amidWords(text, country);
}

const EXTENSION =
  /(?<=\d)[\s,;([]*(?:ext(?:ension|n)?|durchwahl|dw|poste|anexo|interno|ramal|x|#)[\s.:=]*\d{1,8}(?!\d)[)\]]?/gi;

const DATE = /(?<![+\d./-])(?:\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2})(?![./-]?\d)/g;

/** Drops parts with digits that belong to no number. */
function withoutAdditions(cell: string): string {
  return cell.replace(EXTENSION, '').replace(DATE, '').trim();
}

const SPELLED = /^[+(]?\d[\d\s().-]*[\s.-][a-z]{4,}$/i;
const KEYPAD = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];

/** Reads a number in keypad letters (ITU-T E.161), such as `1-800-FLOWERS`; null unless North America's plan has it. */
function spelled(text: string, country: string | null): string | null {
  if (!SPELLED.test(text)) return null;
  const digits = text
    .toLowerCase()
    .replace(/[a-z]/g, (letter) => String(2 + KEYPAD.findIndex((key) => key.includes(letter))));
  const number = toE164(digits, country);
  return number?.startsWith('+1') && isInPlan(number) ? number : null;
}

const RUN_OF_DIGITS = /\+?\(?\d[\d\s()./~-]{5,}/g;

/** Returns the numbers beside words, as in `Ada: 020 7946 0123 (home)`. */
function amidWords(text: string, country: string | null): NumberRun {
  const runs = (text.match(RUN_OF_DIGITS) ?? []).map((run) => readRun(run.replace(/[\s(./~-]+$/, ''), country));
  return {
    numbers: runs.flatMap(({ numbers }) => numbers),
    isCut: runs.some(({ numbers, isCut }) => isCut || numbers.length === 0),
  };
}

function isNational(text: string): boolean {
  if (text.startsWith('+')) return false;
  const digits = text.replace(/\D/g, '').length;
  return digits >= 6 && digits <= 15;
}

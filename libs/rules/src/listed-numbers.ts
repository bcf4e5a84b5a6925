import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { toE164 } from './phone-number.js';

/** Numbers that a cell of a do-not-call list names. */
export interface ListedNumbers {
  /** E.164, each once; empty where none can be read. */
  readonly numbers: readonly string[];
  /** Why something of the cell is not listed; null: all of it is, or nothing is there. */
  readonly lost: 'empty' | 'spreadsheet' | 'national' | 'unreadable' | null;
  /** Something beside one plain number stood there. */
  readonly isRepaired: boolean;
}

/** Numbers of one cell: what is longer is a text that a broken quote has swallowed. */
export const MOST_NUMBERS_IN_A_CELL = 20;

/** Characters of a cell that are read: each pattern below sees no more. */
const MOST_CHARACTERS = 500;

/**
 * Reads every number that a cell of a do-not-call list may mean, more kindly than a contact is read: a number too many costs a call, one
 * too few breaks the law. Read are numbers that spreadsheets have spoiled, several in one cell, with an extension, with letters of the
 * keypad or other words, with a country code but no plus, and such as no plan of a country has.
 * @param country ISO 3166-1 alpha-2, for numbers in national form.
 */
export function readListedNumbers(text: string | null, country: string | null): ListedNumbers {
  const isLonger = (text ?? '').length > MOST_CHARACTERS;
  const cell = plainCell(text ?? '');
  if (cell === '') return { numbers: [], lost: 'empty', isRepaired: false };
  const plain = toE164(cell, country);
  if (plain !== null) return { numbers: [plain], lost: null, isRepaired: false };
  const digits = digitsOfSpreadsheet(cell);
  if (digits === null) return { numbers: [], lost: 'spreadsheet', isRepaired: false };
  const numbers = [...new Set(numbersIn(digits, country))];
  if (numbers.length === 0)
    return { numbers, lost: country === null && isLikeANumber(digits) ? 'national' : 'unreadable', isRepaired: false };
  const isCut = isLonger || numbers.length > MOST_NUMBERS_IN_A_CELL || hasUnreadPart(digits, country);
  return { numbers: numbers.slice(0, MOST_NUMBERS_IN_A_CELL), lost: isCut ? 'unreadable' : null, isRepaired: true };
}

/** Drops what stands around a number in cells and cannot be seen: marks, quotes, the formula that keeps a cell a text. */
function plainCell(text: string): string {
  const visible = text
    .slice(0, MOST_CHARACTERS)
    .replace(/\p{M}/gu, '')
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\S\n]/g, ' ')
    .trim();
  return visible.replace(/^[='"`’‘´\s]+(?=[+\d(])|["'\s]+$/g, '');
}

const SCIENTIFIC = /^\+?(\d)(?:[.,](\d*))?e\+?(\d{1,2})$/i;

/** What a spreadsheet has made of a number, undone; null: its last digits are gone. */
function digitsOfSpreadsheet(cell: string): string | null {
  const scientific = SCIENTIFIC.exec(cell);
  if (scientific) {
    const [, first, rest = '', exponent] = scientific;
    return rest.length === Number(exponent) ? `${first}${rest}` : null;
  }
  if (/^\+?\d{1,3}(,\d{3}){2,}(\.0+)?$/.test(cell)) return cell.replace(/,|\.0+$/g, '');
  return cell.replace(/^(\+?\d{6,})[.,]0+$/, '$1');
}

const BETWEEN_NUMBERS = /[\n;,|/&]|:::|\b(?:or|and|oder|und|ou|et|o|y)\b/i;

function partsOf(cell: string): string[] {
  return cell.split(BETWEEN_NUMBERS).filter((part) => /\d/.test(part));
}

function numbersIn(cell: string, country: string | null): string[] {
  const one = oneNumber(cell, country) ?? spelled(cell, country);
  if (one !== null) return [one];
  return partsOf(cell).flatMap((part) => oneNumber(part, country) ?? amidWords(part, country));
}

/** A part of a cell that names several numbers, and cannot be read: `020 7946 0123 / 4`. */
function hasUnreadPart(cell: string, country: string | null): boolean {
  if ((oneNumber(cell, country) ?? spelled(cell, country)) !== null) return false;
  return partsOf(cell).some((part) => (oneNumber(part, country) ?? amidWords(part, country)[0]) === undefined);
}

const EXTENSION = /[\s,;(]*(?:ext(?:ension|n)?|durchwahl|dw|poste|anexo|x|#)[\s.:=]*\d{1,8}\)?$/i;

/** One number, with or without an extension. */
function oneNumber(text: string, country: string | null): string | null {
  const main = text.trim().replace(EXTENSION, '').trim();
  return toE164(main, country) ?? withCountryCode(main) ?? asWritten(main);
}

const LEAST_DIGITS_WITH_COUNTRY_CODE = 11;

/** A number with its country code, but `00` or nothing before it: read where a country's plan has it. */
function withCountryCode(text: string): string | null {
  const digits = text.replace(/[\s().-]/g, '');
  if (/^00[1-9]\d{6,}$/.test(digits)) return toE164(`+${digits.slice(2)}`, null) ?? asWritten(`+${digits.slice(2)}`);
  if (!/^[1-9]\d+$/.test(digits) || digits.length < LEAST_DIGITS_WITH_COUNTRY_CODE) return null;
  const number = parsePhoneNumberFromString(`+${digits}`);
  return number?.isValid() ? number.number : null;
}

/** A number that has the shape of E.164, and is in no country's plan: to list it costs nothing. */
function asWritten(text: string): string | null {
  const digits = text.replace(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : null;
}

const SPELLED = /^[+(]?\d[\d\s().-]*[a-z][a-z\d\s.-]*$/i;
const KEYPAD = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];

/** A number in letters of the keypad (ITU-T E.161), as `1-800-FLOWERS`; null unless a plan has it. */
function spelled(text: string, country: string | null): string | null {
  if (!SPELLED.test(text)) return null;
  const digits = text
    .toLowerCase()
    .replace(/[a-z]/g, (letter) => String(2 + KEYPAD.findIndex((key) => key.includes(letter))));
  const number = toE164(digits, country);
  return number !== null && parsePhoneNumberFromString(number)?.isValid() ? number : null;
}

const RUN_OF_DIGITS = /\+?\(?\d[\d\s().-]{5,}/g;

/** Numbers beside words, as `Ada: 020 7946 0123 (home)`. */
function amidWords(text: string, country: string | null): string[] {
  return (text.match(RUN_OF_DIGITS) ?? []).flatMap((run) => oneNumber(run.replace(/[\s(.-]+$/, ''), country) ?? []);
}

function isLikeANumber(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return digits >= 6 && digits <= 15;
}

const MOST_COUNTRIES = 3;

/** Countries that would read a number in national form, as `default_country`; a few of them, alphabetically. */
export function countriesReading(text: string): string[] {
  const cell = digitsOfSpreadsheet(plainCell(text)) ?? '';
  const reading = getCountries().filter((country) => parsePhoneNumberFromString(cell, country)?.isValid());
  const large = LARGE.filter((country) => reading.includes(country));
  return (large.length > 0 ? large : reading).slice(0, MOST_COUNTRIES);
}

/** Named first, since most numbers are theirs. */
const LARGE = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'BR', 'IN', 'AU', 'MX'] as const;

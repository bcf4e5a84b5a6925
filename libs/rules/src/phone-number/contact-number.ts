import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { digitsOfSpreadsheet, plainCell } from './listed-numbers.js';
import { isInPlan, toE164 } from './phone-number.js';

/** Reasons for which a cell has no number that can be called. */
export type NumberProblem = 'empty' | 'digits_lost' | 'something_else' | 'national' | 'unreadable';

/** Number of a contact, as a cell of a file states it. */
export interface ContactNumber {
  /** E.164; null if there is none. */
  readonly number: string | null;
  /** Digits to dial once the call is answered; null if there are none. */
  readonly extension: string | null;
  /** Further numbers in the cell, which are not used. */
  readonly others: number;
  /** Reason; null if there is a number. */
  readonly problem: NumberProblem | null;
}

/** Characters of a cell that are read, which bounds all patterns below. */
const MOST_CHARACTERS = 300;

/**
 * Reads the number of a contact from a cell. Dialing a wrong number costs more than rejecting one.
 *
 * 1. Changes by a spreadsheet are undone, if no digit is lost.
 * 2. Dates, amounts of money and postcodes are rejected, though their digits may be some country's.
 * 3. An extension is separated.
 * 4. The first of several numbers that a country's plan has is used, also amid words.
 * @param country ISO 3166-1 alpha-2, for numbers in national form.
 */
export function readContactNumber(text: string | null, country: string | null): ContactNumber {
  if (text === null) return none('empty');
  if (text.length > MOST_CHARACTERS) return none('unreadable');
  const cell = plainCell(text);
  if (cell === '' || NOTHING.test(cell)) return none('empty');
  if (isSomethingElse(cell)) return none('something_else');
  const digits = digitsOfSpreadsheet(cell);
  if (digits === null) return none('digits_lost');
  const whole = readOne(digits, country);
  const parts = partsOf(digits);
  if (parts.length < 2) return whole;
  const apart = parts
    .map((part) => readOne(part, country))
    .filter(({ number }, index) => isSure(number, parts[index]!));
  if (apart.length === 0 || (apart.length === 1 && whole.number !== null)) return whole;
  return { ...apart[0]!, others: apart.reduce((sum, { others }) => sum + 1 + others, -1) };
}

function none(problem: NumberProblem): ContactNumber {
  return { number: null, extension: null, others: 0, problem };
}

/** Signs and words between two numbers; a slash and a comma may also stand within one. */
const BETWEEN = /:::|[;|\n&•,/~]|\s(?:or|and|oder|und|ou|et|o|y|e|i|u|of|en|lub|eller|veya)\s/i;

/** Returns the parts of a cell that have digits. `;ext=12` and `x 12` belong to the part before them. */
function partsOf(cell: string): string[] {
  const parts: string[] = [];
  for (const part of cell.split(BETWEEN).map((text) => text.trim())) {
    if (parts.length > 0 && ONLY_EXTENSION.test(part)) parts.push(`${parts.pop()} ${part}`);
    else if (/\d/.test(part)) parts.push(part);
  }
  return parts;
}

/** Words that programs write for an empty cell. */
const NOTHING = /^(?:nan|null|none|nil|n\/a|na|#n\/a|\\n|undefined|unknown|[-–—?.]{1,3})$/i;

const ONLY_EXTENSION = /^(?:extension|extn?|durchwahl|dw|poste|anexo|interno|ramal|toestel|x|#)[\s.:=]{0,3}\d{1,8}$/i;

const EXTENSION = /(?<=\d)[\s,;([]{0,5}(?:extension|extn?|interno|int|anexo|x|#)[\s.:=]{0,3}(\d{1,8})[)\]]?$/i;

/** Words of other languages for an extension. */
const EXTENSION_ABROAD =
  /(?<=\d)[\s,;([]{0,5}(?:durchwahl|nebenstelle|dw|poste|ramal|toestel|wewn|ankn|dahili)[\s.:=]{0,3}(\d{1,8})[)\]]?$/i;

/** Digits after the pause signs of a telephone. */
const PAUSED = /(?<=\d)[,pw]{1,4}(\d{1,6})#?$/i;

/** Reads one number with its extension, alone or amid words. */
function readOne(text: string, country: string | null): ContactNumber {
  const said = EXTENSION.exec(text) ?? EXTENSION_ABROAD.exec(text) ?? PAUSED.exec(text);
  const main = said ? text.slice(0, said.index).trim() : text;
  const extension = said?.[1] ?? null;
  if (isSomethingElse(main)) return none('unreadable');
  const number = toE164(main, country);
  const isDoubtful = number !== null && isShort(main) && !(isInPlan(number) && isAsWritten(number, main));
  if (number !== null && !isDoubtful) return { number, extension, others: 0, problem: null };
  const [amid, ...others] = /[\p{L}:]/u.test(main) ? numbersAmid(main, country) : [];
  if (amid !== undefined) return { number: amid, extension, others: others.length, problem: null };
  return none(country === null && isNational(main) ? 'national' : 'unreadable');
}

/** True if a plan has the number, or it begins like a complete one: with a plus, zero or name. */
function isSure(number: string | null, text: string): boolean {
  return number !== null && (/^(?:\(?[+0]|\p{L})/u.test(text) || isInPlan(number));
}

/** Returns the numbers beside words, as in `Phone: (202) 555-0143`; fax numbers are excluded. */
function numbersAmid(text: string, country: string | null): string[] {
  return [...text.matchAll(LABELLED)].flatMap(([, label = '', run = '']) => {
    const digits = run.replace(/[\s(./-]{1,20}$/, '');
    const number = /fax|pager|telex/i.test(label) ? null : toE164(digits, country);
    return isSure(number, digits) ? [number!] : [];
  });
}

/** Run of digits and the text before it. */
const LABELLED = /([^\d+(]{0,40})(\+?\(?\d[\d\s()./-]{5,40})/g;

/**
 * True for digits that may be a postcode, a year, a short date or a serial day. Only a numbering plan makes them a
 * phone number.
 */
function isShort(text: string): boolean {
  return !text.includes('+') && text.replace(/\D/g, '').length <= MOST_SHORT;
}

const MOST_SHORT = 6;

/**
 * True if a number consists of a country code and the digits of the text. A number of an older plan gets more digits.
 */
function isAsWritten(number: string, text: string): boolean {
  const digits = text.replace(/\D/g, '');
  const code = parsePhoneNumberFromString(number)?.countryCallingCode ?? '';
  return digits.startsWith('0') || number === `+${code}${digits}`;
}

function isNational(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return /^[\d\s()./-]{1,40}$/.test(text) && digits >= MOST_SHORT && digits <= 15;
}

const CURRENCY = /[$€£¥₹₺₽₩]|(?:^|\d ?)(?:usd|eur|gbp|chf|pln|sek|zł|kr)(?:$| ?\d)/i;
const AMOUNT = /^-?(?:(?:0|[1-9]\d*)[.,]\d{1,2}|[1-9]\d{0,2}(?:[.,' ]\d{3}){1,4}[.,]\d{1,2})$/;
const WHOLE_WITH_DECIMALS = /^\+?[\d,]{4,}[.,]0{1,2}$/;
const IBAN = /^[a-z]{2}\d{2}(?: ?[a-z\d]{2,4}){3,8}$/i;
const TIME = /^\d{1,2}:\d\d/;
const ADDRESS = /@|:\/\//;
const ZIP_PLUS_4 = /^\d{5}-\d{4}$/;
const DATE = /^(\d{1,4})(?:([./-]) ?(\d{1,2})\2 ?(\d{1,4}))(?:[ t,]{1,2}\d{1,2}[:.]\d.{0,20})?$/i;

/** True for a date, a time, an amount of money, an address, a postcode of the USA or an account. */
function isSomethingElse(text: string): boolean {
  if (TIME.test(text) || ADDRESS.test(text) || ZIP_PLUS_4.test(text) || IBAN.test(text) || CURRENCY.test(text))
    return true;
  return (AMOUNT.test(text) && !WHOLE_WITH_DECIMALS.test(text)) || isDate(text);
}

function isDate(text: string): boolean {
  const [, first = '', sign = '', middle = '', last = ''] = DATE.exec(text) ?? [];
  if (middle === '') return false;
  const [a, b, c] = [Number(first), Number(middle), Number(last)];
  if (first.length === 4) return isYear(a) && isDayAndMonth(b, c);
  const isYearLast = last.length === 4 ? isYear(c) : last.length === 2 && sign === '/';
  return isYearLast && isDayAndMonth(a, b);
}

function isYear(year: number): boolean {
  return year >= 1900 && year < 2100;
}

function isDayAndMonth(a: number, b: number): boolean {
  return a >= 1 && b >= 1 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31;
}

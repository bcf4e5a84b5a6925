import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';
import { modernNumber } from './number-key.js';
import { hasTrunkZero, otherReadings } from './number-readings.js';

/** No number is written with more characters, invisible ones included; what is longer is not read. */
const LONGEST_NUMBER = 250;

/** A plus and 15 digits; the library calls some longer numbers possible. */
const LONGEST_E164 = 16;

/**
 * Reads a phone number as people write it, and writes it in E.164 (ITU-T E.164: a plus, at most 15 digits).
 *
 * A number counts when its country and length do. Whether its range is allocated is not asked: tables of ranges age,
 * and would refuse new numbers and those that are kept for examples (docs/decisions/0002-possible-numbers.md).
 *
 * One phone has one number, the one that rings: a national prefix after the country's code (`+44 (0)20 …`, `+48 0 22
 * …`) is dropped, and a number of an earlier plan is written as it is dialed today (`number-writings.ts`).
 *
 * A number may have its country's code and no plus. That reading comes first where it is of the default country and
 * lacks the national prefix, and behind `00`; else a national number that a plan has does.
 *
 * @param country ISO 3166-1 alpha-2; needed for numbers that have no plus.
 * @returns null for what is no phone number, has an extension, or has neither plus nor country.
 */
export function toE164(text: string, country: string | null): string | null {
  if (text.length > LONGEST_NUMBER) return null;
  const plain = cleaned(text);
  const national = readWith(plain, country);
  const digits = plain.replace(SIGNS, '');
  const abroad = isCountry(country) ? withCountryCode(digits, country) : null;
  if (abroad === null || abroad === national || !isInPlan(abroad)) return national;
  const isFirst = digits.startsWith('00') || lacksTrunkPrefix(abroad, digits, country!);
  return isFirst || national === null || !isInPlan(national) ? abroad : national;
}

/**
 * Reads a number in every way in which it may be meant: by the default country, and with a country's code but no plus.
 *
 * @returns numbers of plans, the one that would be dialed first; where no plan has any, those of a possible length.
 */
export function plausibleNumbers(text: string, country: string | null): string[] {
  if (text.length > LONGEST_NUMBER) return [];
  const plain = cleaned(text);
  const digits = plain.replace(SIGNS, '');
  const abroad = withCountryCode(digits, country);
  const isSure = abroad !== null && (isCountry(country) || isLongWithCode(digits)) && isInPlan(abroad);
  const read = [toE164(text, country), readWith(plain, country), isSure || isBehindExit(digits) ? abroad : null];
  const numbers = [...new Set(read)].filter((number) => number !== null);
  const isOther = isOtherExit(digits, abroad, numbers);
  const planned = numbers.filter((number) => isInPlan(number) && (number !== abroad || !isOther));
  if (numbers.length === 0 && isWithoutCode(plain)) return plausibleNumbers(plain.slice(1), country).filter(isInPlan);
  return planned.length > 0 ? planned : numbers;
}

/** Signs that stand between the digits of a number. */
const SIGNS = /[\s()[\]./-]/g;

/** Digits of a number with its country's code, where no default country speaks for it. */
const LEAST_DIGITS_WITH_COUNTRY_CODE = 11;

function isLongWithCode(digits: string): boolean {
  return isBehindExit(digits) || digits.length >= LEAST_DIGITS_WITH_COUNTRY_CODE;
}

function isBehindExit(digits: string): boolean {
  return /^(?:00|011)[1-9]/.test(digits);
}

/** Is `011` the beginning of a national number? It is no exit code where a plan has the number with it. */
function isOtherExit(digits: string, abroad: string | null, [dialed]: readonly string[]): boolean {
  return digits.startsWith('011') && dialed !== abroad;
}

/** Is a plus before digits that begin with no country's code, as in `+8 (916) …`? */
function isWithoutCode(plain: string): boolean {
  return plain.startsWith('+') && /^\+\d+$/.test(plain.replace(SIGNS, '')) && readE164(plain).length === 0;
}

/** Digits that are a number of an earlier plan with its country's code, and hardly a national number of another. */
const LEAST_DIGITS_OF_EARLIER_PLANS = 12;

/**
 * The number that digits make with a plus before them; `00` and `011` are exit codes. Without one, a number of an
 * earlier plan is of the default country, or long.
 */
function withCountryCode(digits: string, country: string | null): string | null {
  const [, exit, code] = /^(00|011)?([1-9]\d{4,})$/.exec(digits) ?? [];
  if (code === undefined) return null;
  const number = readWith(`+${code}`, null);
  const isLikely = exit !== undefined || code.length >= LEAST_DIGITS_OF_EARLIER_PLANS || isOwn(number, country);
  return isLikely || modernNumber(`+${code}`) === null ? number : null;
}

function isOwn(number: string | null, country: string | null): boolean {
  return isCountry(country) && (number ?? '').startsWith(`+${getCountryCallingCode(country)}`);
}

/** True if a number is of the default country, whose national numbers begin with a prefix, and is written without. */
function lacksTrunkPrefix(number: string, digits: string, country: string): boolean {
  const prefix = trunkPrefix(country);
  return prefix !== null && isOwn(number, country) && !digits.startsWith(prefix);
}

/** Index at which libphonenumber-js keeps the national prefix of a country. */
const TRUNK_PREFIX = 5;

function trunkPrefix(country: string): string | null {
  const plan = (metadata.countries as unknown as Record<string, readonly unknown[]>)[country];
  const prefix = plan?.[TRUNK_PREFIX];
  return typeof prefix === 'string' && prefix !== '' ? prefix : null;
}

function readWith(plain: string, country: string | null): string | null {
  const modern = todays(plain.replace(SIGNS, ''));
  if (modern !== null) return modern;
  const number = parsePhoneNumberFromString(plain, {
    extract: false,
    ...(isCountry(country) ? { defaultCountry: country } : {}),
  });
  return number && !number.ext ? ringing(number) : null;
}

/** True if a country's plan has the number. */
export function isInPlan(number: string): boolean {
  return parsePhoneNumberFromString(number)?.isValid() ?? false;
}

/** Returns a number of an earlier plan as it is dialed today; null for any other. */
function todays(number: string): string | null {
  const modern = modernNumber(number);
  return modern !== null && isInPlan(modern) ? modern : null;
}

/** The number that an exchange would ring; null where it has no possible length. */
function ringing(number: PhoneNumber): string | null {
  const { countryCallingCode: code, nationalNumber: national } = number;
  const modern = todays(number.number);
  if (modern !== null) return modern;
  if (number.isValid()) return short(number);
  const others = otherReadings(code, national).map((one) => `+${code}${one}`);
  const valid = others.map((one) => todays(one) ?? one).find(isInPlan);
  if (valid !== undefined) return valid;
  const written = hasTrunkZero(code, national)
    ? others.flatMap(readE164).filter((one) => !hasTrunkZero(code, one.nationalNumber))
    : [number];
  const possible = written.find((one) => one.isPossible());
  return possible ? short(possible) : null;
}

/** The number itself; null where the library calls possible what is too long. */
function short({ number }: PhoneNumber): string | null {
  return number.length <= LONGEST_E164 ? number : null;
}

function readE164(text: string): PhoneNumber[] {
  const number = parsePhoneNumberFromString(text, { extract: false });
  return number === undefined ? [] : [number];
}

/** Is this the code of a country that has phone numbers of its own? */
export function isCountry(code: string | null): code is CountryCode {
  return code !== null && isSupportedCountry(code);
}

/**
 * Spreadsheets put an apostrophe before what looks like a formula, documents put invisible marks around numbers, links
 * say `tel:`, some put the country's code in brackets, and East Asian keyboards have wide digits. What was once a
 * number of a spreadsheet ends in `.0`.
 */
function cleaned(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, '')
    .trim()
    .replace(/^('|tel:)/i, '')
    .replace(/^\((\+\d{1,3})\)/, '$1')
    .replace(DECIMALS, '$1');
}

/** A whole number with decimals, as `491701234567.0`. */
export const DECIMALS = /^(\+?\d{4,})[.,]0{1,6}$/;

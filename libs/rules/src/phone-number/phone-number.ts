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

/** Longest text that is read. No number has more characters, invisible ones included. */
const LONGEST_NUMBER = 250;

/** Length of a plus and 15 digits; the library calls some longer numbers possible. */
const LONGEST_E164 = 16;

/**
 * Reads a phone number as people write it, and writes it in E.164. That is a plus and at most 15 digits (ITU-T E.164).
 *
 * A number counts if its country and length exist. Its range need not be allocated: tables of ranges age. They would
 * reject new numbers and example numbers (docs/decisions/0002-possible-numbers.md).
 *
 * A phone has one number, the one that rings. A national prefix after the country code (`+44 (0)20 …`, `+48 0 22 …`) is
 * dropped. A number of an earlier plan gets its current form (`number-writings.ts`).
 *
 * A number may have a country code and no plus. That reading comes first after `00`, or if it is of the default country
 * and lacks the national prefix. Otherwise a national number that a plan has comes first.
 *
 * @param country ISO 3166-1 alpha-2; needed for numbers without a plus.
 * @returns null for a text that is no phone number, has an extension, or has neither plus nor country.
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
 * Reads a number in every possible way: by the default country, and with a country code but no plus.
 *
 * @returns numbers of plans, the one that would be dialed first; if there are none, those of a possible length.
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

/** Signs between the digits of a number. */
const SIGNS = /[\s()[\]./-]/g;

/** Digits of a number with a country code that is read without a default country. */
const LEAST_DIGITS_WITH_COUNTRY_CODE = 11;

function isLongWithCode(digits: string): boolean {
  return isBehindExit(digits) || digits.length >= LEAST_DIGITS_WITH_COUNTRY_CODE;
}

function isBehindExit(digits: string): boolean {
  return /^(?:00|011)[1-9]/.test(digits);
}

/** True if `011` begins a national number. It is no exit code if a plan has the number with it. */
function isOtherExit(digits: string, abroad: string | null, [dialed]: readonly string[]): boolean {
  return digits.startsWith('011') && dialed !== abroad;
}

/** True if a plus stands before digits without a country code, as in `+8 (916) …`. */
function isWithoutCode(plain: string): boolean {
  return plain.startsWith('+') && /^\+\d+$/.test(plain.replace(SIGNS, '')) && readE164(plain).length === 0;
}

/** Digits of a number of an earlier plan with its country code that is hardly a national number of another. */
const LEAST_DIGITS_OF_EARLIER_PLANS = 12;

/**
 * Returns the number that digits make with a plus before them; `00` and `011` are exit codes. Without an exit code, a
 * number of an earlier plan must be of the default country, or long.
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

/** True if a number is of the default country, has no national prefix, and the country uses one. */
function lacksTrunkPrefix(number: string, digits: string, country: string): boolean {
  const prefix = trunkPrefix(country);
  return prefix !== null && isOwn(number, country) && !digits.startsWith(prefix);
}

/** Index of a country's national prefix in the data of libphonenumber-js. */
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

/** Returns the number that an exchange would ring; null if it has no possible length. */
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

/** Returns the number; null if it is too long, though the library calls it possible. */
function short({ number }: PhoneNumber): string | null {
  return number.length <= LONGEST_E164 ? number : null;
}

function readE164(text: string): PhoneNumber[] {
  const number = parsePhoneNumberFromString(text, { extract: false });
  return number === undefined ? [] : [number];
}

/** True for the code of a country that has phone numbers of its own. */
export function isCountry(code: string | null): code is CountryCode {
  return code !== null && isSupportedCountry(code);
}

/**
 * Removes signs around a number. Spreadsheets put an apostrophe before a formula, and documents put invisible marks
 * around numbers. Links begin with `tel:`, some texts put the country code in brackets, and East Asian keyboards have
 * wide digits. A number that a spreadsheet stored ends in `.0`.
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

/** Whole number with decimals, such as `491701234567.0`. */
export const DECIMALS = /^(\+?\d{4,})[.,]0{1,6}$/;

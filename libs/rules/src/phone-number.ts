import {
  parsePhoneNumberFromString,
  isSupportedCountry,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
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
 * …`) is dropped.
 *
 * @param country ISO 3166-1 alpha-2; needed for numbers in national form.
 * @returns null for what is no phone number, has an extension, or is national without a country.
 */
export function toE164(text: string, country: string | null): string | null {
  if (text.length > LONGEST_NUMBER) return null;
  const number = parsePhoneNumberFromString(cleaned(text), {
    extract: false,
    ...(isCountry(country) ? { defaultCountry: country } : {}),
  });
  return number && !number.ext ? ringing(number) : null;
}

/** The number that an exchange would ring; null where it has no possible length. */
function ringing(number: PhoneNumber): string | null {
  const { countryCallingCode: code, nationalNumber: national } = number;
  const others = number.isValid() ? [] : otherReadings(code, national).flatMap((one) => readE164(`+${code}${one}`));
  const written = hasTrunkZero(code, national)
    ? others.filter((one) => !hasTrunkZero(code, one.nationalNumber))
    : [number];
  const read = others.find((one) => one.isValid()) ?? written.find((one) => one.isPossible());
  return read?.isPossible() && read.number.length <= LONGEST_E164 ? read.number : null;
}

function readE164(text: string): PhoneNumber | [] {
  return parsePhoneNumberFromString(text, { extract: false }) ?? [];
}

/** Is this the code of a country that has phone numbers of its own? */
export function isCountry(code: string | null): code is CountryCode {
  return code !== null && isSupportedCountry(code);
}

/**
 * Spreadsheets put an apostrophe before what looks like a formula, documents put invisible marks around numbers, links
 * say `tel:`, some put the country's code in brackets, and East Asian keyboards have wide digits.
 */
function cleaned(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, '')
    .trim()
    .replace(/^('|tel:)/i, '')
    .replace(/^\((\+\d{1,3})\)/, '$1');
}

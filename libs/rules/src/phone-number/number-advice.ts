import {
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from 'libphonenumber-js/max';
import { readContactNumber } from './contact-number.js';
import { digitsOfSpreadsheet, plainCell } from './listed-numbers.js';
import { isCountry, plausibleNumbers, toE164 } from './phone-number.js';

/** Setting with which the sender of a number can state the country of national numbers. */
export type CountrySource = 'tenant' | 'campaign' | 'file' | 'nowhere';

const SOURCES: Readonly<Record<CountrySource, string | null>> = {
  tenant: "set the tenant's default_country",
  campaign: 'set default_country of the campaign or the tenant',
  file: 'send the file again with default_country',
  nowhere: null,
};

/** Attempts to read numbers by a country's rules in one request; 500 take some 100 ms at worst. */
export const TRIES_OF_A_REQUEST = 500;

/** Attempts in one file, whose rows are read one by one with pauses between them. */
export const TRIES_OF_A_FILE = 5_000;

interface AdviceTerms {
  /** ISO 3166-1 alpha-2: default country by which the numbers were read; null if none is set. */
  readonly country: string | null;
  readonly source: CountrySource;
  readonly tries?: number;
}

/** Reason for which a text is no phone number, and what to do. */
export interface NumberAdvice {
  readonly why: string;
  readonly remedy: string;
}

/**
 * Makes a function that says why a text is no phone number, and what to do. Its answer repeats no number, because it is
 * kept with imports and may be logged. It chooses no country: it names all likely ones.
 *
 * Finding countries takes up to 250 attempts per number. Once `tries` are used up, no country is named.
 */
export function numberAdviser({ country, source, tries }: AdviceTerms): (text: string) => NumberAdvice {
  const readersOf = countryFinder(tries ?? TRIES_OF_A_REQUEST);
  return (text) => {
    const { number, problem, ...beside } = readContactNumber(text, country);
    if (number !== null) return { why: 'is more than one plain phone number', remedy: remedyOfMore(beside) };
    if (problem === 'empty') return { why: 'is not a phone number: it is empty', remedy: PLAIN };
    if (problem === 'digits_lost') return digitsLost(source);
    if (problem === 'something_else')
      return { why: 'is not a phone number, but a date, an amount or an address', remedy: PLAIN };
    const remedy = nationalRemedy(readersOf(text), source);
    if (problem === 'national' || (country === null && remedy !== null))
      return { why: NATIONAL, remedy: remedy ?? withoutReaders(source) };
    return { why: unreadable(text, country), remedy: remedy ?? PLAIN };
  };
}

export function sentenceOf({ why, remedy }: NumberAdvice): string {
  return `${why}; ${remedy}`;
}

const PLAIN = "write it with its country's code, as in +442079460123";
const NATIONAL = 'is not a phone number without its country, since it is in national form';

function remedyOfMore({ others, extension }: { others: number; extension: string | null }): string {
  if (others > 0) return 'send each number by itself';
  return extension === null ? 'leave out what is no part of the number' : 'leave out the extension';
}

function digitsLost(source: CountrySource): NumberAdvice {
  const remedy = source === 'file' ? 'format the column as text and send the file again' : 'send all of its digits';
  return { why: 'is not a phone number, since a spreadsheet has cut its last digits (4.42E+11)', remedy };
}

function withoutReaders(source: CountrySource): string {
  const where = SOURCES[source];
  return where === null ? PLAIN : `${PLAIN}, or ${where}`;
}

/** Returns what to do about a number that some countries would read; null if none would. */
function nationalRemedy({ countries, withPlus }: Readers, source: CountrySource): string | null {
  const codes = countries.map((country) => `+${getCountryCallingCode(country)}… in ${country}`);
  const write = [
    ...(codes.length > 0 ? [`give it with its country's code (${codes.join(', ')})`] : []),
    ...(withPlus === null ? [] : [`write a plus before it if it begins with its country's code (${withPlus})`]),
  ];
  const where = SOURCES[source];
  const names = countries.join(', ');
  const set = where === null || names === '' ? [] : [`${where} (${names} would read it)`];
  return write.length === 0 ? null : [...write, ...set].join(', or ');
}

interface Readers {
  readonly countries: readonly CountryCode[];
  /** Country code with which digits without a plus begin; null if there is none, or there are too few digits. */
  readonly withPlus: string | null;
}

const NO_READERS: Readers = { countries: [], withPlus: null };

const MOST_COUNTRIES = 3;

/** Countries that are named first, since most numbers are theirs. */
const LARGE: readonly CountryCode[] = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'BR', 'IN', 'AU', 'MX', 'RU'];

const OTHERS = getCountries().filter((country) => !LARGE.includes(country));

/** Finds the large countries that would read a national number, or some others if none of them would. */
function countryFinder(tries: number): (text: string) => Readers {
  let left = tries;
  const reading = (digits: string, countries: readonly CountryCode[]) => {
    const tried = countries.slice(0, Math.max(left, 0));
    left -= tried.length;
    return tried.filter((country) => isReadBy(digits, country)).slice(0, MOST_COUNTRIES);
  };
  return (text) => {
    const digits = digitsOfSpreadsheet(plainCell(text)) ?? '';
    if (digits.includes('+') || !/\d/.test(digits)) return NO_READERS;
    const large = reading(digits, LARGE);
    return { countries: large.length > 0 ? large : reading(digits, OTHERS), withPlus: codeWithoutPlus(digits) };
  };
}

function isReadBy(digits: string, country: CountryCode): boolean {
  return (parsePhoneNumberFromString(digits, country)?.isValid() ?? false) && toE164(digits, country) !== null;
}

function codeWithoutPlus(digits: string): string | null {
  const [number] = plausibleNumbers(digits, null);
  const code = number === undefined ? undefined : parsePhoneNumberFromString(number)?.countryCallingCode;
  return code === undefined ? null : `+${code}…`;
}

/** Names what keeps a text from being a number of its country, if that is known. */
function unreadable(text: string, country: string | null): string {
  const cell = plainCell(text);
  const isOfDefault = !cell.startsWith('+') && country !== null;
  const problem = lengthProblem(cell, country);
  const of = isOfDefault && problem !== 'it has no digits' ? ` of ${country}, the default country` : '';
  return `is not a phone number${of}${problem === null ? '' : `: ${problem}`}`;
}

function lengthProblem(cell: string, country: string | null): string | null {
  if (!/\d/.test(cell)) return 'it has no digits';
  switch (validatePhoneNumberLength(cell, isCountry(country) ? { defaultCountry: country } : undefined)) {
    case 'TOO_SHORT':
      return 'it has too few digits';
    case 'TOO_LONG':
      return 'it has too many digits';
    case 'INVALID_COUNTRY':
      return cell.startsWith('+') ? "it begins with no country's code" : 'it has neither a country nor enough digits';
    default:
      return null;
  }
}

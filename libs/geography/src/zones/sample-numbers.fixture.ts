import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { territoryOfAreaCode } from '../area-codes.js';
import { readPrefixTable } from '../data-file.js';
import { NUMBERS_OF_AREAS } from './numbers-of-areas.fixture.js';

/** Number, and the zone in which its owner lives. */
export interface SampleNumber {
  readonly country: string;
  readonly area: string;
  readonly digits: string;
  readonly zone: string;
}

const PER_PATTERN = 4;
const PER_COUNTRY = 6;

/** Returns numbers of all countries whose true zone is known, from numbering plans and not from a table of zones. */
export function sampleNumbers(): SampleNumber[] {
  return [...numbersOfAreas(), ...ofCountriesWithOneZone()];
}

/** Returns numbers of towns and area codes, which are the same on any runtime. */
export function numbersOfAreas(): SampleNumber[] {
  return [...ofAreas(), ...ofAreaCodes()];
}

function ofAreas(): SampleNumber[] {
  return NUMBERS_OF_AREAS.flatMap(({ country, area, zone, numbers }) =>
    numbers.flatMap((pattern) =>
      Array.from({ length: PER_PATTERN }, (_, index) => {
        const digits = `${getCountryCallingCode(country as CountryCode)}${filled(pattern, index)}`;
        return { country, area, digits, zone };
      }),
    ),
  );
}

/** Replaces `x` by digits, the same ones each time. */
function filled(pattern: string, index: number): string {
  return Array.from(pattern, (char, at) => (char === 'x' ? String(2 + ((at * 3 + index * 5) % 7)) : char)).join('');
}

/** Zones of states and provinces with one clock, without the codes in `NUMBERS_OF_AREAS`. */
const CLOCKS_OF_STATES: Readonly<Record<string, string>> = {
  'America/New_York': 'CT DC DE FL GA IN MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV',
  'America/Chicago': 'AL AR IA IL KS LA MN MO MS NE OK TN TX WI',
  'America/Denver': 'CO MT NM UT WY',
  'America/Phoenix': 'AZ',
  'America/Los_Angeles': 'CA NV WA OR',
  'Pacific/Honolulu': 'HI',
  'America/Toronto': 'ON QC',
  'America/Winnipeg': 'MB',
  'America/Edmonton': 'AB',
  'America/Moncton': 'NB',
};

/** Zones of codes that lie apart from most of their state: eastern Kentucky and Tennessee, El Paso, Nova Scotia. */
const CLOCKS_OF_CODES: Readonly<Record<string, string>> = {
  '502': 'America/Kentucky/Louisville',
  '859': 'America/New_York',
  '865': 'America/New_York',
  '915': 'America/Denver',
  '902': 'America/Halifax',
  '782': 'America/Halifax',
};

function ofAreaCodes(): SampleNumber[] {
  const clocks = Object.entries(CLOCKS_OF_STATES).flatMap(([zone, states]) =>
    states.split(' ').map((state) => [state, zone] as const),
  );
  const zoneOfState = new Map(clocks);
  const split = new Set(
    NUMBERS_OF_AREAS.filter(({ country }) => country === 'US' || country === 'CA')
      .flatMap(({ numbers }) => numbers)
      .map((pattern) => pattern.slice(0, 3)),
  );
  const codes = Array.from({ length: 800 }, (_, index) => String(200 + index)).filter((code) => !split.has(code));
  return codes.flatMap((code) => {
    const area = territoryOfAreaCode(code);
    const zone = CLOCKS_OF_CODES[code] ?? zoneOfState.get(area?.region?.slice(3) ?? '');
    if (!area || zone === undefined) return [];
    return [0, 1].map((index) => ({
      country: area.country,
      area: area.region ?? area.country,
      digits: `1${filled(`${code}2xxxxxx`, index)}`,
      zone,
    }));
  });
}

/** Returns numbers that libphonenumber calls valid, of countries for which CLDR has one zone. */
function ofCountriesWithOneZone(): SampleNumber[] {
  return getCountries().flatMap((country) => {
    const [zone, ...others] = zonesByCldr(country);
    if (zone === undefined || others.length > 0) return [];
    return validNumbers(country).map((digits) => ({ country, area: country, digits, zone }));
  });
}

/** Returns the zones of a country by CLDR, which the runtime contains. */
export function zonesByCldr(country: string): readonly string[] {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    readonly timeZones?: readonly string[];
    getTimeZones?(): readonly string[] | undefined;
  };
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}

/** Returns the example number of the country, and valid numbers that differ in their last or first digits. */
function validNumbers(country: CountryCode): string[] {
  const example = getExampleNumber(country, examples)?.nationalNumber ?? '';
  const code = getCountryCallingCode(country);
  const starts = Array.from({ length: 90 }, (_, index) => String(10 + index) + example.slice(2));
  const ends = Array.from({ length: 9 }, (_, index) => example.slice(0, -2) + String(11 * (index + 1)));
  const valid = [example, ...ends.slice(0, 2), ...starts].filter((national) => {
    const number = parsePhoneNumberFromString(`+${code}${national}`);
    return number?.isValid() === true && number.country === country && isOrdinary(number.getType());
  });
  return [...new Set(valid)].slice(0, PER_COUNTRY).map((national) => code + national);
}

function isOrdinary(type: string | undefined): boolean {
  return type === 'MOBILE' || type === 'FIXED_LINE' || type === 'FIXED_LINE_OR_MOBILE';
}

let table: ReadonlyMap<string, string> | undefined;

/** Returns the zones that libphonenumber's table has for a number by its longest prefix: the former rule. */
export function zonesByPrefixTable(digits: string): readonly string[] {
  table ??= readPrefixTable('timezones');
  for (let length = digits.length; length > 0; length--) {
    const zones = table.get(digits.slice(0, length));
    if (zones !== undefined) return zones.split('&');
  }
  return [];
}

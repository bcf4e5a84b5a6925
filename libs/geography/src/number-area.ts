import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';
import type { Area } from '#rules/area/area.js';
import { territoryOfAreaCode, type Territory } from './area-codes.js';
import { zonesOfNumber } from './number-zones.js';

const COUNTRIES_OF_CODE = new Map<string, readonly string[]>(Object.entries(metadata.country_calling_codes));

/**
 * Returns the area of a phone number, as far as its digits show it.
 *
 * @param timezone the called person's zone, if it is known (a valid one, see `isTimeZone`). It replaces the number's
 * zones.
 */
export function areaOfNumber(phoneNumberE164: string, timezone: string | null): Area {
  const digits = phoneNumberE164.slice(1);
  const zones = timezone === null ? zonesOfNumber(digits) : [timezone];
  return { ...territoryOf(phoneNumberE164, digits), zones };
}

function territoryOf(phoneNumberE164: string, digits: string): Territory | { country: null; region: null } {
  const territory = digits.startsWith('1') ? territoryOfAreaCode(digits.slice(1, 4)) : null;
  return territory ?? { country: countryOf(phoneNumberE164, digits), region: null };
}

/** Returns the country. If several share a calling code and the number does not show which, it is the largest one. */
function countryOf(phoneNumberE164: string, digits: string): string | null {
  const countries = countriesOf(digits);
  if (countries.length < 2) return countries[0] ?? null;
  return parsePhoneNumberFromString(phoneNumberE164)?.country ?? countries[0] ?? null;
}

/** Returns the countries of the calling code. Codes have one to three digits, and none begins with another. */
function countriesOf(digits: string): readonly string[] {
  for (let length = 1; length <= 3; length++) {
    const countries = COUNTRIES_OF_CODE.get(digits.slice(0, length));
    if (countries) return countries.filter((country) => country !== '001');
  }
  return [];
}

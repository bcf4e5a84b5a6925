import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';
import type { Place } from '#rules/area/area.js';
import { areaOf, type Area } from './area-codes.js';
import { zonesOfNumber } from './number-zones.js';

const COUNTRIES_OF_CODE = new Map<string, readonly string[]>(Object.entries(metadata.country_calling_codes));

/**
 * Where a phone number lies, as far as its digits tell.
 *
 * @param timezone the called person's zone, if somebody knows it (a valid one, see `isTimeZone`): it takes the place of
 * the number's zones.
 */
export function placeOf(phoneNumberE164: string, timezone: string | null): Place {
  const digits = phoneNumberE164.slice(1);
  const zones = timezone === null ? zonesOfNumber(digits) : [timezone];
  return { ...areaOfNumber(phoneNumberE164, digits), zones };
}

function areaOfNumber(phoneNumberE164: string, digits: string): Area | { country: null; region: null } {
  const area = digits.startsWith('1') ? areaOf(digits.slice(1, 4)) : null;
  return area ?? { country: countryOf(phoneNumberE164, digits), region: null };
}

/** Where several countries share a calling code and the number does not tell which, it counts as the largest one's. */
function countryOf(phoneNumberE164: string, digits: string): string | null {
  const countries = countriesOf(digits);
  if (countries.length < 2) return countries[0] ?? null;
  return parsePhoneNumberFromString(phoneNumberE164)?.country ?? countries[0] ?? null;
}

/** Calling codes are one to three digits long, and none begins with another. */
function countriesOf(digits: string): readonly string[] {
  for (let length = 1; length <= 3; length++) {
    const countries = COUNTRIES_OF_CODE.get(digits.slice(0, length));
    if (countries) return countries.filter((country) => country !== '001');
  }
  return [];
}

import fc from 'fast-check';
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { areaOfNumber } from './number-area.js';

describe('areaOfNumber', () => {
  it.each([
    ['+12025550143', 'US', 'US-DC', 'America/New_York'],
    ['+12125550143', 'US', 'US-NY', 'America/New_York'],
    ['+17135550143', 'US', 'US-TX', 'America/Chicago'],
    ['+12035550143', 'US', 'US-CT', 'America/New_York'],
    ['+14165550143', 'CA', 'CA-ON', 'America/Toronto'],
    ['+12575550143', 'CA', 'CA-BC', 'America/Vancouver'],
    ['+19025550143', 'CA', null, 'America/Halifax'],
    ['+18675550143', 'CA', null, 'America/Whitehorse'],
    ['+13875550143', 'CA', 'CA-ON', 'America/Toronto'],
    ['+17295550143', 'US', 'US-TN', 'America/Chicago'],
    ['+17875550143', 'PR', null, 'America/Puerto_Rico'],
    ['+12425550143', 'BS', null, 'America/Nassau'],
    ['+442079460123', 'GB', null, 'Europe/London'],
    ['+79161234567', 'RU', null, 'Europe/Moscow'],
    ['+9779841234567', 'NP', null, 'Asia/Kathmandu'],
    ['+61412345678', 'AU', null, 'Australia/Perth'],
    ['+213551234567', 'DZ', null, 'Africa/Algiers'],
    ['+61255501234', 'AU', null, 'Australia/Sydney'],
  ])('the area of %s is %s, %s, %s', (number, country, region, zone) => {
    const area = areaOfNumber(number, null);
    expect({ country: area.country, region: area.region }).toEqual({ country, region });
    expect(area.zones).toContain(zone);
  });

  it('a mobile number with a shared country belongs to the largest one', () => {
    const { country, zones } = areaOfNumber('+447700900123', null);
    expect(country).toBe('GB');
    expect(zones).toEqual(['Europe/London']);
  });

  it('a toll-free number of North America has all its zones', () => {
    const { country, region, zones } = areaOfNumber('+18002530000', null);
    expect({ country, region }).toEqual({ country: 'US', region: null });
    expect(zones.length).toBeGreaterThan(42);
    expect(zones).toEqual(expect.arrayContaining(['America/St_Johns', 'Pacific/Guam', 'Pacific/Honolulu']));
  });

  it('a given zone replaces the zones of a number, and not its country', () => {
    expect(areaOfNumber('+13055550143', 'America/Los_Angeles')).toEqual({
      country: 'US',
      region: 'US-FL',
      zones: ['America/Los_Angeles'],
    });
  });

  it.each(['+80012345678', '+99912345678', '+'])('a number of %s has no country', (number) => {
    expect(areaOfNumber(number, null).country).toBeNull();
  });

  it('a code that is not assigned has no zone', () => {
    expect(areaOfNumber('+99912345678', null).zones).toEqual([]);
  });

  it('the country is the one that libphonenumber finds', () => {
    const wrong = sampleNumbers(400).filter((number) => {
      const country = parsePhoneNumberFromString(number)?.country;
      return country && !number.startsWith('+1') && areaOfNumber(number, null).country !== country;
    });
    expect(wrong).toEqual([]);
  });
});

/**
 * Returns examples of all countries, and numbers made of them. They differ in all but the first two digits after the
 * calling code.
 */
function sampleNumbers(count: number): string[] {
  const countries = fc.sample(fc.constantFrom(...getCountries()), { numRuns: count, seed: 5 });
  const endings = fc.sample(fc.nat({ max: 99_999_999 }), { numRuns: count, seed: 6 });
  return countries.map((country, index) => {
    const national = getExampleNumber(country, examples)?.nationalNumber ?? '';
    const ending = String(endings[index])
      .padStart(8, '0')
      .slice(0, Math.max(0, national.length - 2));
    return `+${getCountryCallingCode(country)}${national.slice(0, national.length - ending.length)}${ending}`;
  });
}

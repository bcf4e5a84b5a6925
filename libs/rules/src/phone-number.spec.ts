import fc from 'fast-check';
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { isCountry, toE164 } from './phone-number.js';

describe('toE164', () => {
  it.each([
    ['+442079460123', null, '+442079460123'],
    ['+44 20 7946 0123', null, '+442079460123'],
    ['020 7946 0123', 'GB', '+442079460123'],
    ['(020) 7946-0123', 'GB', '+442079460123'],
    ['0044 20 7946 0123', 'GB', '+442079460123'],
    ['011 44 20 7946 0123', 'US', '+442079460123'],
    ['(202) 555-0143', 'US', '+12025550143'],
    ['07700 900123', 'GB', '+447700900123'],
    ['\u202a+44\u00a07700\u00a0900123\u202c', null, '+447700900123'],
    ["'+447700900123", null, '+447700900123'],
    ['tel:+44-7700-900123', null, '+447700900123'],
    ['(+44) 7700 900123', null, '+447700900123'],
    ['＋４４ ７７００ ９００１２３', null, '+447700900123'],
    ['٠٢٠٧٩٤٦٠١٢٣', 'GB', '+442079460123'],
    ['+44 (0)20 7946 0958', null, '+442079460958'],
    ['0044 (0) 20 7946 0958', 'GB', '+442079460958'],
    ['+480221234567', null, '+48221234567'],
    ['+48 0 70 123 4567', null, '+48701234567'],
    ['+48 00 22 123 4567', null, '+48221234567'],
    ['+45 0 32 12 34 56', null, '+4532123456'],
    ['+351 0 21 234 5678', null, '+351212345678'],
    ['+49 0 900 1234567', null, '+499001234567'],
    ['+49 0 900 1234567 8', null, '+4990012345678'],
    ['+33 0 899 12 34 56', null, '+33899123456'],
    ['+61 0 412 345 678', null, '+61412345678'],
    ['+7 8 900 123 45 67', null, '+79001234567'],
    ['+7 8 809 123 45 67', null, '+78091234567'],
    ['+36 06 1 234 5678', null, '+3612345678'],
    ['+36 0 1 234 5678', null, '+3612345678'],
    ['+1 1 202 555 0143', null, '+12025550143'],
    ['+370 8 612 34567', null, '+37061234567'],
    ['+52 1 55 1234 5678', null, '+525512345678'],
    ['044 55 1234 5678', 'MX', '+525512345678'],
    ['01 55 1234 5678', 'MX', '+525512345678'],
    ['+55 11 8765 4321', null, '+5511987654321'],
    ['+55 0 11 8765 4321', null, '+5511987654321'],
    ['+55 11 5765 4321', null, '+551157654321'],
    ['+54 11 15 1234 5678', null, '+5491112345678'],
  ])('reads %j with default country %s', (text, country, expected) => {
    expect(toE164(text, country)).toBe(expected);
  });

  it.each([
    ['+39 06 1234 5678', '+390612345678'],
    ['+39 089 234567', '+39089234567'],
    ['+378 0549 886377', '+3780549886377'],
    ['+225 01 23 45 67 89', '+2250123456789'],
    ['+241 01 23 45 67', '+24101234567'],
    ['+242 06 123 4567', '+242061234567'],
    ['+229 01 97 12 34 56', '+2290197123456'],
    ['+687 05 01 23', '+687050123'],
  ])('keeps the zero that belongs to %j', (text, expected) => {
    expect(toE164(text, null)).toBe(expected);
  });

  it.each([['+440000000000'], ['0000000000'], ['+33 0 89 91 23 45'], ['+34 0 91 234 567']])(
    'refuses %j, of which nothing rings without its zeros',
    (text) => {
      expect(toE164(text, 'GB')).toBeNull();
    },
  );

  it('writes a valid number alike with and without the national prefix after its code, in every country', () => {
    const different = getCountries().flatMap((country) => {
      const number = getExampleNumber(country, examples)!;
      const code = `+${number.countryCallingCode}`;
      const isOwnZero = parsePhoneNumberFromString(`${code}0${number.nationalNumber}`)?.number.startsWith(`${code}0`);
      const writings = ['0', '(0)', '0 '].map((prefix) => `${code}${prefix}${number.nationalNumber}`);
      const isValid = parsePhoneNumberFromString(writings[0]!)?.isValid();
      if (isOwnZero && isValid) return [];
      return writings.filter((writing) => toE164(writing, null) !== number.number);
    });
    expect(different).toEqual([]);
  });

  it.each([
    ['020 7946 0123', null],
    ['', 'GB'],
    ['abc', 'GB'],
    ['n/a', 'GB'],
    ['123', 'GB'],
    ['+1', null],
    ['+999 1234567', null],
    ['+44 20 7946 0123 4567', null],
    ['+44 20 7946 0123 / +44 20 7946 0124', 'GB'],
    ['020 7946 0123 ext. 12', 'GB'],
    ['Ada 020 7946 0123', 'GB'],
  ])('refuses %j with default country %s', (text, country) => {
    expect(toE164(text, country)).toBeNull();
  });

  it('gives E.164 or nothing for any text, and reads its own answer the same way', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+0-9 ().-]{3,24}$/)), (text) => {
        const number = toE164(text, 'GB');
        if (number === null) return;
        expect(number).toMatch(/^\+[1-9]\d{1,14}$/);
        expect(toE164(number, null)).toBe(number);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('isCountry', () => {
  it.each([
    ['GB', true],
    ['gb', false],
    ['XX', false],
    ['', false],
    [null, false],
  ])('%j: %s', (code, expected) => {
    expect(isCountry(code)).toBe(expected);
  });
});

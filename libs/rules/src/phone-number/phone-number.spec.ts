import fc from 'fast-check';
import { getCountries, getExampleNumber, parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { isCountry, isInPlan, plausibleNumbers, toE164 } from './phone-number.js';

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
  ])('the number %j with default country %s is read', (text, country, expected) => {
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
  ])('the zero that belongs to %j is kept', (text, expected) => {
    expect(toE164(text, null)).toBe(expected);
  });

  it.each([['+440000000000'], ['0000000000'], ['+33 0 89 91 23 45'], ['+34 0 91 234 567']])(
    'the number %j, of which nothing rings without its zeros, is rejected',
    (text) => {
      expect(toE164(text, 'GB')).toBeNull();
    },
  );

  it('a valid number is read alike with and without a national prefix after its code, in every country', () => {
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
  ])('the text %j with default country %s is rejected', (text, country) => {
    expect(toE164(text, country)).toBeNull();
  });

  it('every text gives E.164 or nothing, and E.164 gives itself', () => {
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

const CODE_AND_NO_PLUS: [string, string, string, string?][] = [
  ['4915112345678', 'DE', '+4915112345678'],
  ['49 151 12345678', 'DE', '+4915112345678'],
  ['(49) 151 12345678', 'DE', '+4915112345678'],
  ['447911123456', 'DE', '+447911123456', '+49447911123456'],
  ['447911123456', 'GB', '+447911123456'],
  ['4740099933', 'US', '+4740099933'],
  ['4740099933', 'DE', '+4740099933', '+494740099933'],
  ['4532123456', 'US', '+4532123456'],
  ['6581234567', 'DE', '+6581234567', '+496581234567'],
  ['0044 20 7946 0123', 'JP', '+442079460123'],
  ['0047 400 99 933', 'BR', '+4740099933'],
  ['011 44 20 7946 0123', 'GB', '+442079460123'],
];

/** Numbers of landlines and mobiles of all countries: examples whose first digits are others. */
const ORDINARY = getCountries().flatMap((country) => {
  const { countryCallingCode: code, nationalNumber } = getExampleNumber(country, examples)!;
  const beginnings = ['', code, ...Array.from({ length: 10 }, (_, n) => String(n))];
  return beginnings.flatMap((beginning): PhoneNumber | [] => {
    const number = parsePhoneNumberFromString(`+${code}${beginning}${nationalNumber.slice(beginning.length)}`);
    if (!number?.isValid() || number.country !== country) return [];
    return /^(?:FIXED|MOBILE)/.test(number.getType() ?? '') ? number : [];
  });
});

describe('A number with a code and no plus', () => {
  it.each(CODE_AND_NO_PLUS)(
    'a number with a code and no plus, %j with default country %s, is listed and dialed',
    (text, country, number, dialed) => {
      expect(plausibleNumbers(text, country)).toContain(number);
      expect(toE164(text, country)).toBe(dialed ?? number);
    },
  );

  it("a contact's number with a code and no plus is rejected without a country", () => {
    expect([toE164('447911123456', null), toE164('00447911123456', null)]).toEqual([null, null]);
  });

  it('a number of any country is among the plausible ones, whatever the default country is', () => {
    const lost = ORDINARY.flatMap(({ number, country }) =>
      ['US', 'DE', 'NO', country ?? 'US'].flatMap((by) =>
        [number.slice(1), `${number.slice(1)}.0`, `00${number.slice(1)}`]
          .filter((text) => !plausibleNumbers(text, by).includes(number))
          .map((text) => `${text} in ${by}`),
      ),
    );
    expect([lost, ORDINARY.length > 500]).toEqual([[], true]);
  }, 60_000);

  it('national numbers stay the same, with and without the national prefix', () => {
    const lost = ORDINARY.flatMap((number) =>
      [number.formatNational(), number.nationalNumber]
        .filter((text) => toE164(text, number.country!) !== number.number)
        .filter((text) => !isOwnWithCode(text, number))
        .map((text) => `${text} in ${number.country}`),
    );
    expect(lost.filter((text) => !text.endsWith('GA'))).toEqual([]);
  }, 60_000);

  /** True for a number that, without its national prefix, is also one of its country that lacks the plus. */
  function isOwnWithCode(text: string, { countryCallingCode: code, country, number }: PhoneNumber): boolean {
    return text.startsWith(code) && isInPlan(`+${text}`) && plausibleNumbers(text, country!).includes(number);
  }
});

describe('A number with the decimals of a spreadsheet', () => {
  it('a number is read without the decimals, in every country', () => {
    const lost = ORDINARY.flatMap(({ number, nationalNumber, country = 'US' }) =>
      [number, nationalNumber]
        .filter((text) => ['.0', ',00'].some((end) => toE164(text + end, country) !== toE164(text, country)))
        .map((text) => `${text} in ${country}`),
    );
    expect([lost, toE164('491701234567.0', 'DE')]).toEqual([[], '+491701234567']);
  }, 60_000);
});

describe('isCountry', () => {
  it.each([
    ['GB', true],
    ['gb', false],
    ['call_reports_', false],
    ['', false],
    [null, false],
  ])('the code %j is a country: %s', (code, expected) => {
    expect(isCountry(code)).toBe(expected);
  });
});

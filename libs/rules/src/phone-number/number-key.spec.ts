import fc from 'fast-check';
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { firstOfEachKey, modernNumber, numberKey, writingsOf } from './number-key.js';
import { NUMBER_WRITINGS, type NumberWriting } from './number-writings.js';
import { isInPlan, toE164 } from './phone-number.js';

/** A number in both writings of a row of the table. */
const written = fc.oneof(...NUMBER_WRITINGS.map(writtenBy));

function writtenBy(writing: NumberWriting) {
  const digits = Object.entries(writing.where).map(([a, which]) => [a, fc.stringMatching(whole(which))] as const);
  return fc.record(Object.fromEntries(digits)).map((chosen) => {
    const fill = (template: string) => filled(template, (letter) => chosen[letter]!);
    return { writing, other: fill(writing.other), key: fill(writing.key) };
  });
}

function filled(template: string, digitsOf: (letter: string) => string): string {
  return template.replace(/[a-z]/g, digitsOf);
}

function whole(digits: string): RegExp {
  return new RegExp(`^(?:${digits})$`);
}

/** Beginnings of the numbers of each country. */
const EXAMPLES = getCountries().map((country) => ({
  code: getCountryCallingCode(country),
  digits: getExampleNumber(country, examples)!.nationalNumber,
}));

/** A number that begins like those of a country: one in twelve is in its plan. */
const likely = fc
  .tuple(fc.constantFrom(...EXAMPLES), fc.stringMatching(/^\d{5,11}$/), fc.nat({ max: 6 }))
  .map(([{ code, digits }, others, kept]) => `+${code}${digits.slice(0, kept)}${others}`.slice(0, 16));

/** Rows of which libphonenumber has both writings in its plans, as other countries' or as earlier plans. */
const STILL_IN_PLANS = ['AR', 'BR', 'CO', 'GA', 'GB', 'MQ', 'PS', 'RE', 'SM', 'XK'];

describe('numberKey', () => {
  it('both forms of every row have the same key, and the key has itself', () => {
    fc.assert(
      fc.property(written, ({ other, key }) => {
        expect(numberKey(other)).toBe(key);
        expect(numberKey(key)).toBe(key);
        expect(writingsOf(other)).toEqual(expect.arrayContaining([key, other]));
        expect(writingsOf(key)).toEqual(writingsOf(other));
      }),
      { numRuns: 20_000 },
    );
  });

  it('no number is in two rows of the table, as either would give it another key', () => {
    const patterns = NUMBER_WRITINGS.map(({ other, where }) =>
      whole(filled(other, (letter) => `(?:${where[letter]})`).replace('+', '\\+')),
    );
    const others = NUMBER_WRITINGS.flatMap((writing) => fc.sample(writtenBy(writing), 500).map(({ other }) => other));
    const twice = others.filter((number) => patterns.filter((pattern) => pattern.test(number)).length > 1);
    expect(twice).toEqual([]);
  });

  it('a key is a number of E.164', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[1-9]\d{1,14}$/), (number) => {
        for (const one of writingsOf(number)) {
          expect(one).toMatch(/^\+[1-9]\d{1,14}$/);
          expect(numberKey(one)).toBe(numberKey(number));
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('two phones of a plan never have the same key', () => {
    fc.assert(
      fc.property(likely, (number) => {
        const key = numberKey(number);
        // In this order: to look into a plan takes five times as long as to draw a number.
        if (key === number || !isInPlan(number)) return;
        expect(STILL_IN_PLANS, `${number} is a number of its own, and not ${key}`).toContain(rowOf(number)?.country);
      }),
      { numRuns: 600_000 },
    );
  });

  it("every country's example is its own key, except for forms that both ring", () => {
    const changed = getCountries().flatMap((country) => {
      const { number } = getExampleNumber(country, examples)!;
      return numberKey(number) === number ? [] : [[country, numberKey(number)]];
    });
    expect(changed).toEqual([
      ['AR', '+541123456789'],
      ['GA', '+24166031234'],
    ]);
  });

  it.each([
    ['+5491155551234', '+541155551234'],
    ['+541155551234', '+541155551234'],
    ['+551187654321', '+5511987654321'],
    ['+551171234567', '+5511971234567'],
    ['+551178123456', '+551178123456'],
    ['+551133334444', '+551133334444'],
    ['+5215512345678', '+525512345678'],
    ['+33690123456', '+590690123456'],
    ['+33696123456', '+596696123456'],
    ['+33692123456', '+262692123456'],
    ['+33639123456', '+262639123456'],
    ['+33612345678', '+33612345678'],
    ['+22997123456', '+2290197123456'],
    ['+22507123456', '+2250707123456'],
    ['+22544123456', '+2250544123456'],
    ['+22501123456', '+2250101123456'],
    ['+22521212345', '+2252721212345'],
    ['+22521012345', '+2252521012345'],
    ['+22520312345', '+2252720312345'],
    ['+22520812345', '+2252120812345'],
    ['+24106123456', '+24166123456'],
    ['+2417123456', '+24177123456'],
    ['+841201234567', '+84701234567'],
    ['+841691234567', '+84391234567'],
    ['+5712345678', '+576012345678'],
    ['+972591234567', '+970591234567'],
    ['+972541234567', '+972541234567'],
    ['+97222951234', '+97022951234'],
    ['+97226251234', '+97226251234'],
    ['+37744123456', '+38344123456'],
    ['+38649123456', '+38349123456'],
    ['+38138234567', '+38338234567'],
    ['+3534890123456', '+442890123456'],
    ['+390549886377', '+3780549886377'],
    ['+39549886377', '+3780549886377'],
    ['+378886377', '+3780549886377'],
    ['+39612345678', '+390612345678'],
    ['+390612345678', '+390612345678'],
    ['+99977012345678', '+99977012345678'],
    ['+9977012345678', '+77012345678'],
    ['+5995421234', '+17215421234'],
    ['+590690123456', '+590690123456'],
  ])('the key of %s is %s', (number, key) => {
    expect(numberKey(number)).toBe(key);
  });
});

function rowOf(number: string) {
  return NUMBER_WRITINGS.find(({ other, where }) =>
    new RegExp(`^${other.replace('+', '\\+').replace(/[a-z]/g, (a) => `(?:${where[a]})`)}$`).test(number),
  );
}

describe('toE164', () => {
  it('a number of an earlier plan is stored as it is dialed today, in any form', () => {
    fc.assert(
      fc.property(written, ({ writing, other, key }) => {
        if (writing.ringsBoth || !isInPlan(key)) return;
        expect(toE164(other, null)).toBe(key);
        expect(toE164(`00${other.slice(1)}`, 'DE')).toBe(key);
        expect(modernNumber(key)).toBeNull();
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['+54 9 11 15 2345 6789', null, '+5491123456789'],
    ['+54 9 351 15 234 5678', null, '+5493512345678'],
    ['0 351 15 234 5678', 'AR', '+5493512345678'],
    ['11 15 2345 6789', 'AR', '+5491123456789'],
    ['+54 11 2345 6789', null, '+541123456789'],
    ['+52 1 55 1234 5678', null, '+525512345678'],
    ['+52 044 55 1234 5678', null, '+525512345678'],
    ['+52 045 55 1234 5678', null, '+525512345678'],
    ['+52 01 55 1234 5678', null, '+525512345678'],
    ['045 55 1234 5678', 'MX', '+525512345678'],
    ['1 55 1234 5678', 'MX', '+525512345678'],
    ['00 52 1 55 1234 5678', 'MX', '+525512345678'],
    ['5215512345678', 'MX', '+525512345678'],
    ['0690 12 34 56', 'FR', '+590690123456'],
    ['048 9012 3456', 'IE', '+442890123456'],
    ['97 12 34 56', 'BJ', '+2290197123456'],
    ['07 12 34 56', 'CI', '+2250707123456'],
    ['0120 123 4567', 'VN', '+84701234567'],
    ['1 234 5678', 'CO', '+576012345678'],
    ['03 310 123 4567', 'CO', '+573101234567'],
    ['11 8765 4321', 'BR', '+5511987654321'],
    ['+997 701 234 5678', null, '+77012345678'],
    ['5062345678', 'CA', '+15062345678'],
    ['22 99712 3456', 'BR', '+5522997123456'],
  ])('the number %j with default country %s is read as %s', (text, country, number) => {
    expect(toE164(text, country)).toBe(number);
  });
});

describe('firstOfEachKey', () => {
  it("one form of a phone's number is kept", () => {
    const numbers = ['+541155551234', '+5491155551234', '+442079460123'];
    expect(firstOfEachKey(numbers, (number) => number)).toEqual(['+541155551234', '+442079460123']);
  });
});

it('a row names the country as libphonenumber does', () => {
  const strange = NUMBER_WRITINGS.filter(({ country }) => !getCountries().includes(country as never));
  expect(strange).toEqual([]);
  expect(parsePhoneNumberFromString('+590690123456')?.country).toBeDefined();
});

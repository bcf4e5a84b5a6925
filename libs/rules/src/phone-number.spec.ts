import fc from 'fast-check';
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
  ])('reads %j with default country %s', (text, country, expected) => {
    expect(toE164(text, country)).toBe(expected);
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countriesReading, MOST_NUMBERS_IN_A_CELL, readListedNumbers } from './listed-numbers.js';

const LONDON = '+442079460123';

describe('readListedNumbers', () => {
  it.each([
    [LONDON, null, [LONDON]],
    ['020 7946 0123', 'GB', [LONDON]],
    ['="+442079460123"', null, [LONDON]],
    ["'+442079460123", null, [LONDON]],
    ['"+442079460123"', null, [LONDON]],
    ['2025550143.0', 'US', ['+12025550143']],
    ['2025550143,00', 'US', ['+12025550143']],
    ['2,025,550,143', 'US', ['+12025550143']],
    ['442079460123', null, [LONDON]],
    ['442079460123', 'US', [LONDON]],
    ['4.42079460123E+11', null, [LONDON]],
    ['00442079460123', null, [LONDON]],
    ['020 7946 0123 ext. 12', 'GB', [LONDON]],
    ['+442079460123 x12', null, [LONDON]],
    ['+442079460123;ext=12', null, [LONDON]],
    ['+442079460123 / +442079460124', null, [LONDON, '+442079460124']],
    ['020 7946 0123; 020 7946 0124', 'GB', [LONDON, '+442079460124']],
    ['+442079460123 ::: +442079460124', null, [LONDON, '+442079460124']],
    ['+442079460123\n+442079460124', null, [LONDON, '+442079460124']],
    ['+442079460123 or 020 7946 0124', 'GB', [LONDON, '+442079460124']],
    ['Ada 020 7946 0123', 'GB', [LONDON]],
    ['Mobile: +44 20 7946 0123 (home)', null, [LONDON]],
    ['1-800-FLOWERS', 'US', ['+18003569377']],
    ['+1 800 FLOWERS', null, ['+18003569377']],
    ['\u200e\u202a+44\u00a020\u00a07946\u00a00123\u202c', null, [LONDON]],
    ['\ufeff+442079460123', null, [LONDON]],
    ['＋４４２０７９４６０１２３', null, [LONDON]],
    ['٠٢٠٧٩٤٦٠١٢٣', 'GB', [LONDON]],
    ['+999 1234567', null, ['+9991234567']],
    ['+44 20 7946 0123 456', null, ['+442079460123456']],
    ['+44 7700 900123', null, ['+447700900123']],
  ])('reads %j with default country %s', (text, country, numbers) => {
    expect(readListedNumbers(text, country)).toMatchObject({ numbers, lost: null });
  });

  it.each([
    [null, null, 'empty'],
    [' \u200e ', null, 'empty'],
    ['4.42079E+11', null, 'spreadsheet'],
    ['4,42079E+11', 'GB', 'spreadsheet'],
    ['020 7946 0123', null, 'national'],
    ['nobody', 'GB', 'unreadable'],
    ['12', 'GB', 'unreadable'],
  ])('says of %j with default country %s that nothing is listed, and why', (text, country, lost) => {
    expect(readListedNumbers(text, country)).toEqual({ numbers: [], lost, isRepaired: false });
  });

  it('says that a part was lost beside a number that was read', () => {
    expect(readListedNumbers('020 7946 0123 / 4', 'GB')).toEqual({
      numbers: [LONDON],
      lost: 'unreadable',
      isRepaired: true,
    });
  });

  it('reads a text that a broken quote has swallowed, up to its limit', () => {
    const numbers = Array.from(
      { length: MOST_NUMBERS_IN_A_CELL + 1 },
      (_, n) => `+4479111${String(n).padStart(5, '0')}`,
    );
    expect(readListedNumbers(numbers.slice(1).join(',\n'), null).numbers).toEqual(numbers.slice(1));
    expect(readListedNumbers(numbers.join('\n'), null)).toMatchObject({ lost: 'unreadable' });
  });

  it('lists every number of a cell, whatever stands between and around them', () => {
    const number = fc.integer({ min: 0, max: 99_999 }).map((n) => `+4479111${String(n).padStart(5, '0')}`);
    const between = fc.constantFrom(' / ', '; ', '\n', ',', ' ::: ', ' or ', '|', ' & ');
    const around = fc.constantFrom('', ' ', '\u200e', 'Tel. ', '"', ' ext 12');
    fc.assert(
      fc.property(
        fc.uniqueArray(number, { minLength: 1, maxLength: 6 }),
        between,
        around,
        (numbers, separator, mark) => {
          const cell = numbers.map((one) => (mark.endsWith('12') ? `${one}${mark}` : `${mark}${one}`)).join(separator);
          expect(new Set(readListedNumbers(cell, null).numbers)).toEqual(new Set(numbers));
        },
      ),
    );
  });

  it('gives numbers that can be stored, each once, or a reason, for any text', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[+0-9 ()./;x-]{3,40}$/));
    fc.assert(
      fc.property(text, fc.constantFrom(null, 'GB', 'US'), (one, country) => {
        const { numbers, lost } = readListedNumbers(one, country);
        for (const number of numbers) expect(number).toMatch(/^\+[1-9]\d{1,14}$/);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(numbers.length > 0 || lost !== null).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('countriesReading', () => {
  it('names the countries in whose national form a number is', () => {
    expect(countriesReading('020 7183 8750')).toContain('GB');
    expect(countriesReading('nobody')).toEqual([]);
  });
});

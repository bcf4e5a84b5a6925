import fc from 'fast-check';
import { getCountries, getExampleNumber, type PhoneNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { MOST_NUMBERS_IN_A_CELL, readListedNumbers } from './listed-numbers.js';

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
    ['491701234567.0', 'DE', ['+491701234567', '+49491701234567']],
    ['4915112345678', 'DE', ['+4915112345678', '+494915112345678']],
    ['Ada: 49 151 12345678', 'DE', ['+4915112345678', '+494915112345678']],
    ['447911123456', 'DE', ['+49447911123456', '+447911123456']],
    ['4740099933', 'US', ['+4740099933']],
    ['49537636170', 'DE', ['+49537636170', '+4949537636170']],
    ['+8 (916) 123-45-67', 'RU', ['+79161234567']],
    ['+0 20 7946 0123', 'GB', [LONDON]],
    ['1-800-FLOWERS', 'US', ['+18003569377']],
    ['+1 800 FLOWERS', null, ['+18003569377']],
    ['\u200e\u202a+44\u00a020\u00a07946\u00a00123\u202c', null, [LONDON]],
    ['\ufeff+442079460123', null, [LONDON]],
    ['＋４４２０７９４６０１２３', null, [LONDON]],
    ['٠٢٠٧٩٤٦٠١٢٣', 'GB', [LONDON]],
    ['+999 1234567', null, ['+9991234567']],
    ['+44 20 7946 0123 456', null, [LONDON]],
    ['+44 (0)20 7946 0123', null, [LONDON]],
    ['+44 7700 900123', null, ['+447700900123']],
  ])('the cell %j with default country %s lists its numbers', (text, country, numbers) => {
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
  ])('the cell %j with default country %s lists nothing, with the reason', (text, country, lost) => {
    expect(readListedNumbers(text, country)).toEqual({ numbers: [], lost, isRepaired: false });
  });

  const NAMED = (...last: string[]) => last.map((digits) => `${LONDON.slice(0, -digits.length)}${digits}`);
  const BERLIN = (...last: number[]) => last.map((digits) => `+49305555${digits}`);
  it.each<[string, string | null, string[], string?]>([
    ['+442079460123-24', null, NAMED('23', '24')],
    ['+44 20 7946 0123 - 25', null, NAMED('23', '24', '25')],
    ['+44 20 7946 0123\u201324', null, NAMED('23', '24')],
    ['+44 20 7946 0123 bis 25', null, NAMED('23', '24', '25')],
    ['+44 20 7946 0123 to 020 7946 0125', 'GB', NAMED('23', '24', '25')],
    ['+44 20 7946 0123/24', null, NAMED('23', '24')],
    ['020 7946 0123 / 4', 'GB', NAMED('3', '4')],
    ['020 7946 0123/24/31', 'GB', NAMED('23', '24', '31')],
    ['020 7946 0123, 24 & 31', 'GB', NAMED('23', '24', '31')],
    ['020 7946 0123 und 24', 'GB', NAMED('23', '24')],
    ['020-7946-0123-24', 'GB', NAMED('23', '24')],
    ['020 7946 0123-0999', 'GB', NAMED('0123', '0999'), 'unreadable'],
    ['020 7946 0123 / 7946 0124', 'GB', NAMED('23', '24')],
    ['020 7946 0123 020 7946 0124', 'GB', NAMED('23', '24')],
    ['+442079460123+442079460124', null, NAMED('23', '24')],
    ['+442079460123 - 02', null, NAMED('23', '02')],
    ['030 1234567, 68', 'DE', ['+49301234567', '+49301234568']],
    ['030/1234567, 030/1234568', 'DE', ['+49301234567', '+49301234568']],
    ['030/1234567/1234568', 'DE', ['+49301234567', '+49301234568']],
    ['+39 06 6981 2345-46', null, ['+39066981234546', '+390669812345', '+390669812346']],
    ['+49 30 1234567-68', null, ['+4930123456768', '+49301234567', '+49301234568']],
    ['+49 30 123456-0', null, ['+49301234560', '+4930123456']],
    ['+49 30 123456 (12)', null, ['+493012345612', '+4930123456']],
    ['+442079460123 (12)', null, [LONDON]],
    ['+442079460123 [12]', null, [LONDON]],
    ['+442079460123 12', null, [LONDON]],
    ['+44 20 7946 0123 ext. 5', null, [LONDON]],
    ['020 7946 0123 x12 / 020 7946 0124 x13', 'GB', NAMED('23', '24')],
    ['Ada +44 20 7946 0123-24 (home)', null, NAMED('23', '24')],
    ['Ada 020 7946 0123, since 01/02/2024', 'GB', [LONDON]],
    ['40 07 63 75 / 40 52 90 07', 'NO', ['+4740076375', '+4740529007']],
    ['40076375//40529007', 'NO', ['+4740076375', '+4740529007']],
    ...['/', '-', '', ';', '|'].map(
      (sign) => [`8120 4892 ${sign} 9123 4567`, 'SG', ['+6581204892', '+6591234567']] as [string, string, string[]],
    ),
    ['8120 4892 (9123 4567)', 'SG', ['+6581204892', '+6591234567']],
    ...['-100 bis -105', '-100 to -105', '-100 through 105', '-100 – 105', '-(100-105)', '100 - 5555105'].map(
      (last) => [`030 5555${last}`, 'DE', BERLIN(100, 101, 102, 103, 104, 105)] as [string, string, string[]],
    ),
    ['030 5555-100 / -101', 'DE', BERLIN(100, 101)],
    ['030 5555-100 u. -101', 'DE', BERLIN(100, 101)],
    ['030 5555-100 [105]', 'DE', ['+49305555100105', ...BERLIN(100)]],
    ['030 5555-100ff', 'DE', BERLIN(100), 'unreadable'],
    ['030 5555-1XX', 'DE', ['+493055551', '+49305555'], 'unreadable'],
  ])('the cell %j with default country %s lists everything that it names', (text, country, numbers, lost) => {
    const read = readListedNumbers(text, country);
    expect([[...read.numbers].sort(), read.lost, read.isRepaired]).toEqual([[...numbers].sort(), lost ?? null, true]);
  });

  it.each([
    ['+52 1 55 1234 5678', '+525512345678'],
    ['+39 6 698 12345', '+390669812345'],
    ['+55 11 6123 4567', '+5511961234567'],
    ['+48 0 22 123 45 67', '+48221234567'],
  ])('the number %j is listed as it is dialed today, without a note', (text, number) => {
    expect(readListedNumbers(text, null)).toMatchObject({ numbers: [number], lost: null, isRepaired: false });
  });

  it.each(['+44 20 7946 01233', '+44207946012324', '+1 202 5550 1437'])(
    'the number %j of no country is listed alone',
    (text) => {
      expect(readListedNumbers(text, null)).toEqual({ numbers: [], lost: 'unreadable', isRepaired: false });
    },
  );

  it.each([
    ['020 7946 0123; 4', 'GB'],
    ['020 7946 0123 / 12345678', 'GB'],
    ['020 7946 0123, 7654321', 'GB'],
    ['020 7946 0123 / +44 20 79', 'GB'],
    ['020 7946 0123, 0207 94', 'GB'],
  ])('the cell %j is reported to have lost a part', (text, country) => {
    expect(readListedNumbers(text, country)).toEqual({ numbers: [LONDON], lost: 'unreadable', isRepaired: true });
  });

  it('a text that an unclosed quote has swallowed is read up to its limit', () => {
    const numbers = Array.from(
      { length: MOST_NUMBERS_IN_A_CELL + 1 },
      (_, n) => `+4479111${String(n).padStart(5, '0')}`,
    );
    expect(readListedNumbers(numbers.slice(1).join(',\n'), null).numbers).toEqual(numbers.slice(1));
    expect(readListedNumbers(numbers.join('\n'), null)).toMatchObject({ lost: 'unreadable' });
  });

  it('every number of a cell is listed, whatever stands between and around the numbers', () => {
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

  const EXAMPLES = getCountries()
    .flatMap((country) => getExampleNumber(country, examples) ?? [])
    .filter(({ nationalNumber }) => nationalNumber.length >= 7);
  const WRITINGS: readonly ((number: PhoneNumber) => string)[] = [
    (number) => number.number,
    (number) => `00${number.number.slice(1)}`,
    (number) => number.formatInternational(),
    (number) => number.formatInternational().replaceAll(' ', '\u00a0'),
    (number) => number.formatInternational().replaceAll(' ', '.'),
    (number) => number.formatInternational().replaceAll(' ', '\u2011'),
    (number) => number.formatNational(),
    (number) => number.formatNational().replaceAll(' ', ''),
    (number) => number.getURI(),
  ];
  const AROUND: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => `'${text}`,
    (text) => `="${text}"`,
    (text) => `\u200e${text}\u200f`,
    (text) => `Ada: ${text}`,
    (text) => `${text} ext. 12`,
    (text) => `${text} x1234`,
    (text) => `${text} (home)`,
  ];

  it('a number of any country is listed in any usual form, and no other number', () => {
    const one = fc.record({
      example: fc.constantFrom(...EXAMPLES),
      write: fc.constantFrom(...WRITINGS),
      around: fc.constantFrom(...AROUND),
    });
    fc.assert(
      fc.property(one, ({ example, write, around }) => {
        const text = write(example);
        const country = text.startsWith('00') ? null : example.country!;
        const read = readListedNumbers(around(text), country);
        const others = [example.number, `+${text.replace(/\D/g, '')}`];
        expect([read.numbers.includes(example.number), read.lost]).toEqual([true, null]);
        expect(read.numbers.filter((number) => !others.includes(number))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('two numbers of a country in one cell are listed, and no other', () => {
    const between = fc.constantFrom(' / ', '/', '; ', '\n', ', ', ' ::: ', ' or ', ' und ', '|', ' & ');
    const last = fc.integer({ min: 10, max: 99 }).map(String);
    fc.assert(
      fc.property(fc.constantFrom(...EXAMPLES), last, between, (example, digits, sign) => {
        const other = example.number.slice(0, -2) + digits;
        const write = (number: string) => number.replace(/(?=.{4}$)/, ' ');
        const { numbers } = readListedNumbers(`${write(example.number)}${sign}${write(other)}`, null);
        expect(new Set(numbers)).toEqual(new Set([example.number, other]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('the numbers of a short range are listed, first to last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 19 }), (first, steps) => {
        const numbers = Array.from({ length: steps + 1 }, (_, n) => `+4420794610${String(first + n).padStart(2, '0')}`);
        const cell = `${numbers[0]} - ${numbers.at(-1)!.slice(-2)}`;
        expect(readListedNumbers(cell, null).numbers).toEqual(numbers);
      }),
    );
  });

  it('every text gives storable numbers, each once, or a reason', () => {
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

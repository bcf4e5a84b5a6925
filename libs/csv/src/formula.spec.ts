import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defused, withoutApostrophes } from './formula.js';
import { keptBySpreadsheets } from './spreadsheet-text.js';

const HOSTILE = fc
  .array(fc.constantFrom(...`=+-@＝﹣',;|"a1 .]`, '\t', '\r', '\n', '\uFEFF', '\u200B', '\u202E', '12', '😀'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

describe('defused', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['＝1+1', "'＝1+1"],
    ['\uFEFF=1+1', "'\uFEFF=1+1"],
    ['\u200B @SUM(1)', "'\u200B @SUM(1)"],
    ['\t=1', "'\t'=1"],
    ['\rx', "'\rx"],
    ['\nx', "'\nx"],
    ['x;=1+1', "x;'=1+1"],
    ['x\n=1+1', "x\n'=1+1"],
    ['x,\uFEFF+HYPERLINK("a")', `x,'\uFEFF+HYPERLINK("a")`],
    ['x;"=1+1"', `x;'"=1+1"`],
    ['-1+cmd', "'-1+cmd"],
    ["'x", "''x"],
    ['+442079460123', '+442079460123'],
    ['-12.5', '-12.5'],
    ['[1,-2]', "[1,'-2]"],
    ['-2,3&A1', "'-2,3&A1"],
    ['x;-2,3&A1', "x;'-2,3&A1"],
    ['a-b=c', 'a-b=c'],
    ["O'Neil; 'x'", "O'Neil; 'x'"],
  ])('the cell %j is written as %j', (text, written) => {
    expect(defused(text)).toBe(written);
  });

  it('an import undoes the apostrophes', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        expect(withoutApostrophes(defused(text))).toBe(text);
      }),
    );
  });

  it('no formula remains, whichever sign separates the cells', () => {
    const isFormula = /^["\s\p{Cf}\p{Cc}]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;
    const isNumber = /^[+-]\d+(?:\.\d+)?$/;
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const cells = isNumber.test(text) ? [] : defused(text).split(/[,;|\t\r\n]/);
        expect(cells.filter((cell) => isFormula.test(cell))).toEqual([]);
      }),
    );
  });
});

describe('keptBySpreadsheets', () => {
  it.each([
    '+442079460123',
    '007',
    '12345678901234567890',
    '1'.repeat(60),
    `${'1'.repeat(40)}E5`,
    '1E5',
    'TRUE',
    'falsch',
    '1-2',
    '3/4',
    '12.50',
    '5 mai',
    '10:30',
    '(12)',
    '5%',
    '１２',
    '#N/A',
  ])('the text %j is kept as text', (text) => {
    expect(keptBySpreadsheets(text)).toBe(`\t${text}`);
  });

  it.each([
    '',
    'Ada',
    '0',
    '-3',
    '12345678901',
    "'=1",
    '1e5d2c3b-0000-4000-8000-000000000000',
    'a note of 2027 that is no date at all',
  ])('the text %j stays unchanged', (text) => {
    expect(keptBySpreadsheets(text)).toBe(text);
  });
});

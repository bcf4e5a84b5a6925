import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestSuppressionEnd, readSuppressionEnd } from './suppression-end.js';

const endOf = (text: string | null) => readSuppressionEnd(text).endsAt?.toISOString() ?? null;

describe('readSuppressionEnd', () => {
  it.each([
    ['2027-12-31', '2028-01-01T12:00:00.000Z'],
    ['2027/12/31', '2028-01-01T12:00:00.000Z'],
    ['2027.12.1', '2027-12-02T12:00:00.000Z'],
    ['31/12/2027', '2028-01-01T12:00:00.000Z'],
    ['12/31/2027', '2028-01-01T12:00:00.000Z'],
    ['31.12.2027', '2028-01-01T12:00:00.000Z'],
    ['31. 12. 2027', '2028-01-01T12:00:00.000Z'],
    ['31-12-2027', '2028-01-01T12:00:00.000Z'],
    ['05/05/2027', '2027-05-06T12:00:00.000Z'],
    ['31 Dec 2027', '2028-01-01T12:00:00.000Z'],
    ['31-DEC-2027', '2028-01-01T12:00:00.000Z'],
    ['1st of September 2027', '2027-09-02T12:00:00.000Z'],
    ['Sept 1, 2027', '2027-09-02T12:00:00.000Z'],
    ['December 31, 2027', '2028-01-01T12:00:00.000Z'],
    ['2027-12-31T09:00:00Z', '2027-12-31T09:00:00.000Z'],
    ['2027-12-31T09:00:00+02:00', '2027-12-31T07:00:00.000Z'],
    ['2027-12-31 09:00:00.5 -0430', '2027-12-31T13:30:00.500Z'],
    ['2027-12-31 09:00 UTC', '2027-12-31T09:00:00.000Z'],
    ['2027-12-31T00:00:00', '2028-01-01T12:00:00.000Z'],
    ['2027-12-31 09:00', '2028-01-01T12:00:00.000Z'],
    ['31/12/2027 11:59 PM', '2028-01-01T12:00:00.000Z'],
    ["'2027-12-31", '2028-01-01T12:00:00.000Z'],
    ['="2027-12-31"', '2028-01-01T12:00:00.000Z'],
    ['\u200e２０２７-12-31\u00a0', '2028-01-01T12:00:00.000Z'],
    ['2028-02-29', '2028-03-01T12:00:00.000Z'],
    ['2001-01-01', '2001-01-02T12:00:00.000Z'],
  ])('the text %j is read as its date', (text, end) => {
    expect([endOf(text), readSuppressionEnd(text).doubt]).toEqual([end, null]);
  });

  it.each(['01/12/2027', '01.12.2027', '1-12-2027', '12/01/2027 10:00'])(
    'the text %j, which means two dates, lists the number for good',
    (text) => {
      expect(readSuppressionEnd(text)).toEqual({ endsAt: null, doubt: 'ambiguous' });
    },
  );

  it.each([
    'never',
    'permanent',
    '46752',
    '46752.0',
    '31/12/27',
    '27-12-31',
    '31/13/2027',
    '2027-02-29',
    '2027-13-01',
    'tomorrow',
    '20271231',
    '1448-03-01',
    '0000-00-00',
    '9999-12-31',
    '31 Dezember 2027',
    '2027',
    'Dec 2027',
    '1798761600',
    '2027-12-31T25:00:00Z',
    '2027-12-31T09:00:00+99:00',
    '2027-12-31 or later',
    '31/12/2027 - 31/12/2028',
    '-',
    'NaN',
    '1/2/3/2027',
  ])('the text %j, which is no date, lists the number for good', (text) => {
    expect(readSuppressionEnd(text)).toEqual({ endsAt: null, doubt: 'unreadable' });
  });

  it.each([
    '1970-01-01',
    '01.01.1970',
    '1 Jan 1970',
    '1970-01-01T00:00:00Z',
    '1970-01-01 01:00:00 +01:00',
    '1969-12-31',
    '1969-12-31T19:00:00-05:00',
    '1900-01-01',
    '1/1/1900 00:00',
    '1904-01-01',
    '1980-01-01',
  ])('the text %j, which stands for no date, lists the number for good', (text) => {
    expect(readSuppressionEnd(text)).toEqual({ endsAt: null, doubt: 'zero' });
  });

  it.each(['0', '0.0', '1899-12-30', '1899-12-31', '1900-01-00', '00/00/0000', '0001-01-01', '1753-01-01', 'null'])(
    'the text %j lists the number for good, too',
    (text) => {
      expect(readSuppressionEnd(text)).toEqual({ endsAt: null, doubt: 'unreadable' });
    },
  );

  it.each([null, '', '  ', '\u200e', "'"])('the text %j is no end at all', (text) => {
    expect(readSuppressionEnd(text)).toEqual({ endsAt: null, doubt: null });
  });

  const pad = (n: number, width = 2) => String(n).padStart(width, '0');
  const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  /** Ways in which people write a date; what is written is read by its writer as this date. */
  const FORMS: readonly ((y: number, m: number, d: number) => string)[] = [
    (y, m, d) => `${y}-${pad(m)}-${pad(d)}`,
    (y, m, d) => `${y}/${m}/${d}`,
    (y, m, d) => `${d}/${m}/${y}`,
    (y, m, d) => `${pad(m)}/${pad(d)}/${y}`,
    (y, m, d) => `${pad(d)}.${pad(m)}.${y}`,
    (y, m, d) => `${m}-${d}-${y}`,
    (y, m, d) => `${d} ${MONTH_NAMES[m - 1]} ${y}`,
    (y, m, d) => `${MONTH_NAMES[m - 1]} ${d}, ${y}`,
    (y, m, d) => `${pad(d)}/${pad(m)}/${pad(y % 100)}`,
    (y, m, d) => `${y}${pad(m)}${pad(d)}`,
    (y, m, d) => `${pad(d)}/${pad(m)}/${y} 23:59`,
    (y, m, d) => `${y}-${pad(m)}-${pad(d)}T23:59:59-12:00`,
    (y, m, d) => `${y}-${pad(m)}-${pad(d)} 00:00:00`,
    (y, m, d) => String(Date.UTC(y, m - 1, d) / 86_400_000 + 25_569),
  ];

  it('an entry never ends before the intended day is over everywhere', () => {
    const date = fc.date({ min: new Date('1990-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.constantFrom(...FORMS), (day, form) => {
        const [y, m, d] = [day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()];
        const { endsAt } = readSuppressionEnd(form(y, m, d));
        expect(endsAt?.getTime() ?? Infinity).toBeGreaterThanOrEqual(Date.UTC(y, m - 1, d, 23 + 12, 59, 59));
      }),
      { numRuns: 3_000 },
    );
  });

  it('every text gives a time that can be stored, or none', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9 :./TZ+-]{4,30}$/));
    fc.assert(
      fc.property(text, (one) => {
        const { endsAt } = readSuppressionEnd(one);
        if (endsAt) expect(endsAt.toISOString()).toMatch(/^\d{4}-/);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('latestSuppressionEnd', () => {
  const [END, LATER] = ['2027-12-31T00:00:00Z', '2028-12-31T00:00:00Z'];
  it.each([
    [[], null, null],
    [['', null], null, null],
    [[END, LATER], LATER, null],
    [[LATER, END, ''], LATER, null],
    [['2001-01-01T00:00:00Z', LATER], LATER, null],
    [[LATER, '1970-01-01'], null, 'zero'],
    [['never', LATER], null, 'unreadable'],
    [[LATER, '01/12/2027'], null, 'ambiguous'],
  ])('the latest of %j wins', (texts, end, doubt) => {
    expect(latestSuppressionEnd(texts)).toEqual({ endsAt: end && new Date(end), doubt });
  });
});

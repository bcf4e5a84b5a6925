import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpTime, retryAfterSeconds } from './retry-after.js';

const NOW = new Date('2027-01-01T12:00:00Z');
const TOLD_AT = { date: 'Wed, 06 Jan 2027 08:00:00 GMT' };

describe('retryAfterSeconds', () => {
  it.each([
    ['7', 7],
    [' 7 ', 7],
    ['0', 0],
    ['0.5', 0.5],
    ['899', 899],
    ['901', 900],
    ['999999999', 900],
    ['9'.repeat(400), 900],
    ['120 (busy)', 120],
    ['120;duration=60', 120],
    ['120 (busy);duration=60', 120],
    ['120 (in a (long) meeting) ; duration=3600', 120],
  ])('the header %s means seconds', (text, seconds) => {
    expect(retryAfterSeconds({ 'retry-after': text }, NOW)).toBe(seconds);
  });

  it.each([
    ['Fri, 01 Jan 2027 12:01:30 GMT', 90],
    ['Friday, 01-Jan-27 12:01:30 GMT', 90],
    ['Fri Jan  1 12:01:30 2027', 90],
    ['Fri, 01 Jan 2027 12:00:00 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Sun Nov  6 08:49:37 1994', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 900],
  ])('the header %s means a date by our clock if the response has none', (text, seconds) => {
    expect(retryAfterSeconds({ 'retry-after': text }, NOW)).toBe(seconds);
    expect(retryAfterSeconds({ 'retry-after': text, date: 'now' }, NOW)).toBe(seconds);
  });

  it.each([
    ['Wed, 06 Jan 2027 08:00:07 GMT', 7],
    ['Wednesday, 06-Jan-27 08:00:07 GMT', 7],
    ['Wed Jan  6 08:00:07 2027', 7],
    ['Wed, 06 Jan 2027 07:59:59 GMT', 0],
    ['Thu, 07 Jan 2027 08:00:00 GMT', 900],
  ])('the header %s means a date by the clock of the response', (text, seconds) => {
    expect(retryAfterSeconds({ 'retry-after': text, ...TOLD_AT }, NOW)).toBe(seconds);
  });

  it.each([
    '',
    ' ',
    'soon',
    '-1',
    '+5',
    '1e9',
    '0x10',
    'Infinity',
    'NaN',
    '7 minutes',
    '1,5',
    '5 Jan',
    '٧',
    '2027-01-01',
  ])('the header "%s" means nothing', (text) => {
    expect(retryAfterSeconds({ 'retry-after': text }, NOW)).toBeUndefined();
  });

  it('a missing header means nothing, and the first of several counts', () => {
    expect(retryAfterSeconds({}, NOW)).toBeUndefined();
    expect(retryAfterSeconds({ 'retry-after': ['7', '8'] }, NOW)).toBe(7);
    expect(retryAfterSeconds({ 'retry-after': [] }, NOW)).toBeUndefined();
  });

  it('every header and clock give 0 to 15 minutes', () => {
    const date = fc.date({ noInvalidDate: true }).map((time) => time.toUTCString());
    const text = fc.oneof(fc.string({ unit: 'binary' }), date, fc.double().map(String), fc.bigInt().map(String));
    const headers = fc.record({ 'retry-after': text, date: text }, { requiredKeys: [] });
    fc.assert(
      fc.property(headers, fc.date({ noInvalidDate: true }), (told, now) => {
        const seconds = retryAfterSeconds(told, now) ?? 0;
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(900);
      }),
    );
  });
});

describe('httpTime', () => {
  it('httpTime reads the times that JavaScript writes', () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, (since1970) => {
        const time = new Date(since1970 * 1_000);
        expect(httpTime(time.toUTCString())).toEqual(time);
      }),
    );
  });

  it.each(['Fri, 31 Feb 2027 12:00:00 GMT', 'Fri, 01 Jan 2027 25:00:00 GMT', 'Fri, 01 Jan 2027 12:00:00', '2027'])(
    'httpTime rejects %s',
    (text) => {
      expect(httpTime(text)).toBeUndefined();
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCalendarDay, isInstant } from './instant.js';

describe('isInstant', () => {
  it.each([
    '2027-03-31T09:00:00+02:00',
    '2027-03-31T09:00Z',
    '2028-02-29T23:59:59.999999-15:59',
    '0001-01-02T00:00:00Z',
    '9999-12-30T23:59:59Z',
  ])('the text %s is an instant', (text) => expect(isInstant(text)).toBe(true));

  it.each([
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+15:59',
    '9999-12-31T23:59:59-15:59',
    '2027-01-01T00:00:00+16:00',
    '2027-01-01T00:00:00-23:59',
    '2027-01-01T00:00:00+15:60',
    '2027-02-29T00:00:00Z',
    '2027-13-01T00:00:00Z',
    '2027-00-10T00:00:00Z',
    '2027-01-01T24:00:00Z',
    '2027-01-01T00:60:00Z',
    '2027-12-31T23:59:60Z',
    '2027-01-01T00:00:00.1234567Z',
    '2027-01-01T00:00:00',
    '2027-01-01',
    '+012027-01-01T00:00:00Z',
    ' 2027-01-01T00:00:00Z',
    '2027-01-01T00:00:00Z\n',
  ])('the text %j is no instant', (text) => expect(isInstant(text)).toBe(false));

  it('every time that JavaScript writes with a year of four digits is an instant', () => {
    const min = new Date('0001-01-02T00:00:00Z');
    const max = new Date('9999-12-30T00:00:00Z');
    fc.assert(fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => isInstant(date.toISOString())));
  });
});

describe('isCalendarDay', () => {
  it.each(['2028-02-29', '0001-01-01', '9999-12-31'])('the text %s is a calendar day', (text) =>
    expect(isCalendarDay(text)).toBe(true),
  );
  it.each(['2027-02-29', '0000-01-01', '2027-1-1', '2027-04-31', '99999-01-01', ''])(
    'the text %j is no calendar day',
    (text) => expect(isCalendarDay(text)).toBe(false),
  );
});

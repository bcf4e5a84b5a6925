import { getCountries } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { readContactNumber } from './contact-number.js';

describe('readContactNumber', () => {
  it.each([
    ['="+442079460123"', null, '+442079460123'],
    ['=""+442079460123""', null, '+442079460123'],
    ["'+442079460123", null, '+442079460123'],
    ['2025550143.0', 'US', '+12025550143'],
    ['442079460123.00', 'GB', '+442079460123'],
    ['2,025,550,143', 'US', '+12025550143'],
    ['4.42079460123E+11', 'GB', '+442079460123'],
    ['2.025550143E9', 'US', '+12025550143'],
    ['\u202a+44 20 7946 0123\u202c', null, '+442079460123'],
    ['+44 (0)20 7946 0123', null, '+442079460123'],
    ['tel:+44-20-7946-0123', null, '+442079460123'],
    ['Mobile: 020 7946 0123', 'GB', '+442079460123'],
    ['020 7946 0123 (home)', 'GB', '+442079460123'],
    ['030/23125-081', 'DE', '+493023125081'],
    ['+49 30 23125-091', 'US', '+493023125091'],
    ['06.39.98.10.20', 'FR', '+33639981020'],
  ])('the cell %j (%s) is read as %s', (text, country, number) => {
    expect(readContactNumber(text, country)).toEqual({ number, extension: null, others: 0, problem: null });
  });

  it.each([
    ['+44 20 7946 0123 x123', '123'],
    ['+44 20 7946 0123 ext. 45', '45'],
    ['+44 20 7946 0123 Ext 5', '5'],
    ['+44 20 7946 0123;ext=12', '12'],
    ['tel:+44-20-7946-0123;ext=12', '12'],
    ['+44 20 7946 0123 #7', '7'],
    ['+44 20 7946 0123 DW 12', '12'],
    ['+44 20 7946 0123 poste 12', '12'],
    ['+44 20 7946 0123 (ext 12)', '12'],
    ['+44 20 7946 0123 extension 12', '12'],
    ['+44 20 7946 0123,,45', '45'],
    ['+442079460123p45#', '45'],
  ])('the extension of %j is kept apart', (text, extension) => {
    expect(readContactNumber(text, null)).toMatchObject({ number: '+442079460123', extension });
  });

  it.each([
    ['+442079460123 ::: +442079460124', '+442079460123', 1],
    ['020 7946 0123 / 020 7946 0124', '+442079460123', 1],
    ['020 7946 0123; 020 7946 0124; 020 7946 0125', '+442079460123', 2],
    ['020 7946 0123\n020 7946 0124', '+442079460123', 1],
    ['020 7946 0123 or 020 7946 0124', '+442079460123', 1],
    ['Mobile:+442079460123;Home:+442079460124', '+442079460123', 1],
    ['nobody ::: 020 7946 0124', '+442079460124', 0],
    ['020 7946 0123 x12; 020 7946 0124', '+442079460123', 1],
  ])('the first number of %j is used', (text, number, others) => {
    expect(readContactNumber(text, 'GB')).toMatchObject({ number, others, problem: null });
  });

  it.each([
    ['', 'empty'],
    [' ', 'empty'],
    ['nan', 'empty'],
    ['NULL', 'empty'],
    ['-', 'empty'],
    ['4.42E+11', 'digits_lost'],
    ['4,42079E+11', 'digits_lost'],
    ['nobody', 'unreadable'],
    ['12', 'unreadable'],
    ['x'.repeat(10_000), 'unreadable'],
    ['1'.repeat(301), 'unreadable'],
  ])('the answer says what is wrong with %j', (text, problem) => {
    expect(readContactNumber(text, 'GB')).toEqual({ number: null, extension: null, others: 0, problem });
  });

  it('a national number without a country is rejected with the request for one', () => {
    expect(readContactNumber('020 7946 0123', null).problem).toBe('national');
  });

  it.each([
    '01/15/2024',
    '15/01/2024',
    '15.01.2024',
    '15. 01. 2024',
    '2024-01-15',
    '2024/1/15',
    '01/15/2024 10:30',
    '2024-01-15T10:30:00Z',
    '10:30',
    '10:30:15',
    '1,234.56',
    '1.234,56',
    '1 234,56',
    '120.50',
    '-45.00',
    '$2,025,550,143.00',
    '1234567.89 €',
    'USD 1200000',
    'DE89 3704 0044 0532 0130 00',
    'GB29NWBK60161331926819',
    '20500-0001',
    'SW1A 1AA',
    'ada2025550143@example.com',
  ])('the cell %j is no number in any country', (text) => {
    const read = getCountries().filter((country) => readContactNumber(text, country).number !== null);
    expect(read).toEqual([]);
  });

  it.each(['20500', '10115', '45306', '2024', '110001', '01/15/24'])(
    'the cell %j is a number only if a plan has it',
    (text) => {
      expect(getCountries().filter((country) => readContactNumber(text, country).number !== null).length).toBeLessThan(
        20,
      );
      for (const country of ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'PL', 'NL', 'SE', 'IN'])
        expect([country, readContactNumber(text, country).number]).toEqual([country, null]);
    },
  );
});

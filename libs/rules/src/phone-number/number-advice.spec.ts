import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberAdviser, sentenceOf, type CountrySource } from './number-advice.js';

const advice = (text: string, country: string | null, source: CountrySource = 'tenant') =>
  sentenceOf(numberAdviser({ country, source })(text));

describe('A number in national form', () => {
  it.each<[CountrySource, RegExp]>([
    ['tenant', /set the tenant's default_country \(DE, IT would read it\)$/],
    ['campaign', /set default_country of the campaign or the tenant \(DE, IT would read it\)$/],
    ['file', /send the file again with default_country \(DE, IT would read it\)$/],
  ])('is told the countries that would read it, and where one can be set: %s', (source, remedy) => {
    expect(advice('030 123456', null, source)).toMatch(
      /national form; give it .* code \(\+49… in DE, \+39… in IT\), or/,
    );
    expect(advice('030 123456', null, source)).toMatch(remedy);
  });

  it('is told no default country where none is asked', () => {
    expect(advice('030 123456', null, 'nowhere')).toMatch(/code \(\+49… in DE, \+39… in IT\)$/);
  });

  it('is told which other countries would read it where the default country does not', () => {
    expect(advice('030 123456', 'GB')).toMatch(/^is not a phone number of GB, .*\+49… in DE.*\(DE, IT would read it\)/);
  });

  it.each(['447911123456', '00447911123456'])('is told that a plus may be missing: %s', (text) => {
    expect(advice(text, null)).toMatch(/a plus before it if it begins with its country's code \(\+44…\)/);
  });

  it.each([
    ['12345', 'AT'],
    ['8 (916) 123-45-67', 'RU'],
    ['(11) 98765-4321', 'BR'],
  ])('is read by small and distant countries too: %s', (text, country) => {
    expect(advice(text, null)).toContain(country);
  });
});

describe('What is no phone number', () => {
  it.each([
    ['n/a', 'GB', /^is not a phone number: it is empty; write it with/],
    ['nobody', 'GB', /^is not a phone number: it has no digits; write it with/],
    ['12', null, /^is not a phone number: it has neither a country nor enough digits; write/],
    ['+999 1234567', null, /it begins with no country's code; write/],
    ['+44 20 7946 0123 4567', null, /it has too many digits; write/],
    ['+442', 'GB', /it has too few digits; write/],
    ['4.42E+11', 'GB', /a spreadsheet has cut its last digits .*; send all of its digits/],
    ['2024-01-15', 'GB', /but a date, an amount or an address; write/],
    ['020 7946 0123 ext. 12', 'GB', /more than one plain phone number; leave out the extension/],
    ['+44 20 7946 0123 / +44 20 7946 0124', 'GB', /more than one plain phone number; send each number by itself/],
    ['Ada 020 7946 0123', 'GB', /more than one plain phone number; leave out what is no part/],
  ])('%j with default country %s says why and what to do', (text, country, message) => {
    expect(advice(text, country)).toMatch(message);
  });

  it('is never repeated, whatever it is, and always told a remedy', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[+0-9 ().-]{6,24}$/), fc.string({ minLength: 400 }));
    fc.assert(
      fc.property(texts, fc.constantFrom(null, 'GB', 'DE'), (text, country) => {
        const { why, remedy } = numberAdviser({ country, source: 'campaign', tries: 20 })(text);
        expect([why, remedy]).not.toContain('');
        const digits = text.replace(/\D/g, '');
        if (digits.length >= 7) expect(`${why}${remedy}`.replace('442079460123', '')).not.toContain(digits);
        expect(why.length + remedy.length).toBeLessThan(400);
      }),
      { numRuns: 300 },
    );
  });
});

describe('Countries', () => {
  it('are looked for only as often as is allowed, over all numbers of one request', () => {
    const advise = numberAdviser({ country: null, source: 'campaign', tries: 12 });
    const named = ['030 123456', '030 123456', '030 123456'].map((text) => advise(text).remedy.includes('DE'));
    expect(named).toEqual([true, false, false]);
  });

  it('need not be known for a remedy', () => {
    expect(numberAdviser({ country: null, source: 'campaign', tries: 0 })('030 123456').remedy).toMatch(
      /^write it with its country's code, .* or set default_country of the campaign or the tenant$/,
    );
  });
});

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
  ])('the advice names the countries that would read the number, and where to set one: %s', (source, remedy) => {
    expect(advice('030 123456', null, source)).toMatch(
      /national form; give it .* code \(\+49… in DE, \+39… in IT\), or/,
    );
    expect(advice('030 123456', null, source)).toMatch(remedy);
  });

  it('the advice names no default country if none can be set', () => {
    expect(advice('030 123456', null, 'nowhere')).toMatch(/code \(\+49… in DE, \+39… in IT\)$/);
  });

  it('the advice names other countries that would read the number if the default one does not', () => {
    expect(advice('030 123456', 'GB')).toMatch(/^is not a phone number of GB, .*\+49… in DE.*\(DE, IT would read it\)/);
  });

  it.each(['447911123456', '00447911123456'])('the advice says that a plus may be missing: %s', (text) => {
    expect(advice(text, null)).toMatch(/a plus before it if it begins with its country's code \(\+44…\)/);
  });

  it.each([
    ['12345', 'AT'],
    ['8 (916) 123-45-67', 'RU'],
    ['(11) 98765-4321', 'BR'],
  ])('the advice finds small and distant countries too: %s', (text, country) => {
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
  ])('the text %j with default country %s is rejected with a reason and a remedy', (text, country, message) => {
    expect(advice(text, country)).toMatch(message);
  });

  it('the advice never repeats the text, and always has a remedy', () => {
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
  it('countries are searched only as often as allowed, over all numbers of one request', () => {
    const advise = numberAdviser({ country: null, source: 'campaign', tries: 12 });
    const named = ['030 123456', '030 123456', '030 123456'].map((text) => advise(text).remedy.includes('DE'));
    expect(named).toEqual([true, false, false]);
  });

  it('a remedy needs no known country', () => {
    expect(numberAdviser({ country: null, source: 'campaign', tries: 0 })('030 123456').remedy).toMatch(
      /^write it with its country's code, .* or set default_country of the campaign or the tenant$/,
    );
  });
});

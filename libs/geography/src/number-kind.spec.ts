import { readFileSync } from 'node:fs';
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { toE164 } from '#rules/phone-number.js';
import { judgeNumber } from './number-kind.js';

/** The shortest numbers that a metadata pattern describes: enough of its grammar to write one number for each alternative. */
function numbersOf(pattern: string): string[] {
  const [texts, rest] = alternatives(pattern);
  if (rest !== '') throw new Error(`cannot read ${pattern}`);
  return texts;
}

function alternatives(pattern: string): [string[], string] {
  let rest = pattern;
  const all: string[] = [];
  for (;;) {
    let texts = [''];
    while (rest !== '' && rest[0] !== '|' && rest[0] !== ')') {
      const [atoms, after] = atom(rest);
      const [count, left] = repetition(after);
      for (let n = 0; n < count; n++)
        texts = texts.flatMap((text) => atoms.map((one) => text + one)).slice(0, MOST_TEXTS);
      rest = left;
    }
    all.push(...texts);
    if (rest[0] !== '|') return [all, rest];
    rest = rest.slice(1);
  }
}

const MOST_TEXTS = 400;

function atom(pattern: string): [string[], string] {
  if (pattern.startsWith('\\d')) return [['5'], pattern.slice(2)];
  if (pattern.startsWith('(?:')) {
    const [texts, rest] = alternatives(pattern.slice(3));
    return [texts, rest.slice(1)];
  }
  const set = /^\[([^\]]+)\]/.exec(pattern);
  if (!set) return [[pattern[0]!], pattern.slice(1)];
  const [, first, last] = /^(\d)(?:-(\d))?/.exec(set[1]!)!;
  return [last ? [first!, last] : [first!], pattern.slice(set[0].length)];
}

function repetition(pattern: string): [number, string] {
  const counted = /^\{(\d+)(?:,\d+)?\}/.exec(pattern);
  if (counted) return [Number(counted[1]), pattern.slice(counted[0].length)];
  return pattern[0] === '?' ? [0, pattern.slice(1)] : [1, pattern];
}

const TYPE_NAMES = [
  'FIXED_LINE',
  'MOBILE',
  'TOLL_FREE',
  'PREMIUM_RATE',
  'PERSONAL_NUMBER',
  'VOICEMAIL',
  'UAN',
  'PAGER',
  'VOIP',
  'SHARED_COST',
] as const;

interface TypedNumber {
  readonly country: CountryCode;
  readonly type: string;
  readonly number: string;
}

/** Numbers of each type of each country, made of its own patterns, of which libphonenumber says that they are of that type. */
function typedNumbers(): TypedNumber[] {
  const descriptions = metadata.countries as unknown as Record<string, (([string] | 0)[] | 0)[]>;
  return getCountries().flatMap((country) => {
    const types = descriptions[country]![11] || [];
    return TYPE_NAMES.flatMap((type, index) => {
      const entry = types[index];
      if (!entry) return [];
      return numbersOf(entry[0])
        .map((national) => `+${getCountryCallingCode(country)}${national}`)
        .map((number) => ({ country, type, number }))
        .filter(({ number }) => parsePhoneNumberFromString(number)?.getType() === type);
    });
  });
}

const REFUSED = TYPE_NAMES.filter((type) => !['FIXED_LINE', 'MOBILE', 'VOIP'].includes(type));

describe('judgeNumber', () => {
  it.each([
    ['+499001234567', 'DE', 'premium_rate'],
    ['+4990012345678', 'DE', 'premium_rate'],
    ['+49900123456', 'DE', 'premium_rate'],
    ['+19005551234', 'US', 'premium_rate'],
    ['+12129761234', 'US', 'premium_rate'],
    ['+448001111111', 'GB', 'toll_free'],
    ['+447012345678', 'GB', 'personal_number'],
    ['+18002530000', 'US', 'toll_free'],
    ['+8701234567', '001', 'non_geographic'],
    ['+87077712345', '001', 'non_geographic'],
    ['+881612345678', '001', 'non_geographic'],
    ['+88312345678901', '001', 'non_geographic'],
    ['+80012345678', '001', 'non_geographic'],
    ['+979123456789', '001', 'non_geographic'],
    ['+99912345678', null, 'non_geographic'],
    ['+18765551234', 'JM', 'ordinary'],
    ['+18761234567', 'JM', 'ordinary'],
    ['+16585551234', 'JM', 'ordinary'],
    ['+18095551234', 'DO', 'ordinary'],
    ['+12425550143', 'BS', 'ordinary'],
    ['+12684640123', 'AG', 'ordinary'],
    ['+14165550143', 'CA', 'ordinary'],
    ['+12025550143', 'US', 'ordinary'],
    ['+19995550143', null, 'ordinary'],
    ['+442079460123', 'GB', 'ordinary'],
    ['+447700900123', 'GB', 'ordinary'],
    ['+447781123456', 'GG', 'ordinary'],
    ['+4477811234567', 'GG', 'ordinary'],
    ['+77011234567', 'KZ', 'ordinary'],
    ['+79161234567', 'RU', 'ordinary'],
    ['+37127123456', 'LV', 'ordinary'],
    ['+37190123456', 'LV', 'premium_rate'],
  ])('says of %s: %s, %s', (number, country, kind) => {
    expect(judgeNumber(number)).toEqual({ country, kind });
  });

  it.each(Object.keys(metadata.nonGeographic))('says that no country has +%s', (code) => {
    for (const rest of ['1', '123456', '12345678', '7712345678']) {
      expect(judgeNumber(`+${code}${rest}`)).toEqual({ country: '001', kind: 'non_geographic' });
    }
  });

  it("calls every country's example of a mobile phone ordinary, and that country's", () => {
    const wrong = getCountries().flatMap((country) => {
      const number = getExampleNumber(country, examples)!.number;
      const judgement = judgeNumber(number);
      const expected = { country: parsePhoneNumberFromString(number)?.country ?? country, kind: 'ordinary' };
      return JSON.stringify(judgement) === JSON.stringify(expected) ? [] : [{ number, judgement, expected }];
    });
    expect(wrong).toEqual([]);
  });

  describe('of numbers of every type of every country', () => {
    const numbers = typedNumbers();

    it('has numbers of every type', () => {
      expect(new Set(numbers.map(({ type }) => type))).toEqual(new Set(TYPE_NAMES));
      expect(new Set(numbers.map(({ country }) => country)).size).toBeGreaterThan(230);
      expect(numbers.length).toBeGreaterThan(5_000);
    });

    it('refuses each that libphonenumber gives a type which costs more', () => {
      const wrong = numbers.filter(
        ({ type, number }) => REFUSED.some((refused) => refused === type) && judgeNumber(number).kind === 'ordinary',
      );
      expect(wrong).toEqual([]);
    });

    it('refuses each of them too with one to three digits more', () => {
      const passing = numbers
        .filter(({ type }) => REFUSED.some((refused) => refused === type))
        .flatMap(({ number }) => ['0', '55', '123'].map((more) => number + more))
        .filter((number) => parsePhoneNumberFromString(number)?.getType() === undefined && number.length <= 16)
        .filter((number) => judgeNumber(number).kind === 'ordinary');
      expect(passing).toEqual([]);
    });

    it('lets fixed lines and mobile phones pass, save those of information services', () => {
      const refused = numbers
        .filter(({ type }) => type === 'FIXED_LINE' || type === 'MOBILE')
        .filter(({ number }) => judgeNumber(number).kind !== 'ordinary' && !/^\+1\d{3}976/.test(number));
      expect(refused).toEqual([]);
    });

    it('finds the country that libphonenumber finds', () => {
      const wrong = numbers.flatMap(({ number }) => {
        const country = parsePhoneNumberFromString(number)?.country;
        const judged = judgeNumber(number).country;
        return country && judged !== country ? [{ number, country, judged }] : [];
      });
      expect(wrong).toEqual([]);
    });
  });

  it('lets every number of the example file pass, save the freephone numbers', () => {
    const numbers = readFileSync('examples/contacts.csv', 'utf8')
      .split('\n')
      .flatMap((line) => toE164(line.split(',')[0]!.replaceAll('"', ''), 'GB') ?? []);
    expect(numbers.length).toBeGreaterThan(500);
    const untyped = numbers.filter((number) => parsePhoneNumberFromString(number)?.getType() === undefined);
    expect(untyped.length).toBeGreaterThan(50);
    const refused = numbers.filter((number) => judgeNumber(number).kind !== 'ordinary');
    expect(refused.filter((number) => parsePhoneNumberFromString(number)?.getType() !== 'TOLL_FREE')).toEqual([]);
    expect(numbers.filter((number) => judgeNumber(number).country === null)).toEqual([]);
  });
});

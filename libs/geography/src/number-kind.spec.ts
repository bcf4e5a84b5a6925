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
import { CODES_WITH_ZEROS } from '#rules/phone-number/number-readings.js';
import { toE164 } from '#rules/phone-number/phone-number.js';
import { judgeNumber } from './number-kind.js';
import { follow, readPattern } from './number-pattern.js';

/**
 * The shortest numbers that a metadata pattern describes: enough of its grammar to write one number for each
 * alternative.
 */
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

/**
 * Makes numbers of each type of each country from its own patterns. Only numbers that libphonenumber gives the same
 * type are returned.
 */
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

/** Numbers whose country our table knows better than libphonenumber, among countries that share a code. */
const OF_OURS = /^\+(212528[89]|381(28|29|38|39)|447924)/;

/** Beginning of long freephone numbers (801): each is another number after 8 0, which is stored and rung. */
const BELARUS_WITH_TRUNK_PREFIX = '+375801';

/** Numbers that regulators keep for stories: NANPA, Ofcom, ACMA, Bundesnetzagentur, Arcep, ComReg and PTS. */
const KEPT_FOR_STORIES = `
  +12025550100 +14165550199 +13125550143 +15550100123 +442079460958 +441134960999 +441632960000
  +447700900123 +442890180123 +61255501234 +61355501234 +61755501234 +61855501234 +61491570156
  +61491570006 +493023125123 +4922147140123 +4969900091234 +498999998123 +4917139200123 +4915228817386
  +33199001234 +33261910123 +33353010123 +33465710123 +33536490123 +33639980123 +353209101234
  +46313900601 +4684650041 +46701740605`
  .trim()
  .split(/\s+/);

/** Ways to write a number and have it ring all the same. */
function writingsOf(country: CountryCode, number: string): string[] {
  const more = ['0', '55', '123', '9876', '00000', '123456'].map((digits) => number + digits);
  const code = `+${getCountryCallingCode(country)}`;
  const prefixed = ['0', '00', ' (0) '].map((zero) => `${code}${zero}${number.slice(code.length)}`);
  const both = more.map((longer) => withZero(country, longer));
  return [...more, ...prefixed, ...both].map((text) => `+${text.replaceAll(/\D/g, '')}`).filter(isShortEnough);
}

function isShortEnough(number: string): boolean {
  return number.length <= 16;
}

function withZero(country: CountryCode, number: string): string {
  const code = `+${getCountryCallingCode(country)}`;
  return `${code}0${number.slice(code.length)}`;
}

function passes(number: string | null): boolean {
  return number !== null && judgeNumber(number).kind === 'ordinary';
}

/** Libphonenumber has another number that is just so: it is that one which rings. */
function isTypedOrdinary(number: string | null): boolean {
  const type = number === null ? undefined : parsePhoneNumberFromString(number)?.getType();
  return number !== null && type !== undefined && !REFUSED.some((refused) => refused === type);
}

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
    ['+19995550143', null, 'unknown'],
    ['+19115550143', null, 'unknown'],
    ['+18805550143', null, 'unknown'],
    ['+15425550143', null, 'unknown'],
    ['+628681234567', 'ID', 'non_geographic'],
    ['+79541234567', 'RU', 'non_geographic'],
    ['+8617401234567', 'CN', 'non_geographic'],
    ['+8613491234567', 'CN', 'non_geographic'],
    ['+905921234567', 'TR', 'non_geographic'],
    ['+18525550143', null, 'ordinary'],
    ['+17805550143', 'CA', 'ordinary'],
    ['+15550100123', null, 'ordinary'],
    ['+442079460123', 'GB', 'ordinary'],
    ['+447700900123', 'GB', 'ordinary'],
    ['+447781123456', 'GG', 'ordinary'],
    ['+4477811234567', 'GG', 'ordinary'],
    ['+77011234567', 'KZ', 'ordinary'],
    ['+79161234567', 'RU', 'ordinary'],
    ['+37127123456', 'LV', 'ordinary'],
    ['+37190123456', 'LV', 'premium_rate'],
    ['+480701234567', 'PL', 'premium_rate'],
    ['+480221234567', 'PL', 'ordinary'],
    ['+4909001234567', 'DE', 'premium_rate'],
    ['+330899123456', 'FR', 'premium_rate'],
    ['+33089912345', 'FR', 'premium_rate'],
    ['+610412345678', 'AU', 'ordinary'],
    ['+788091234567', 'RU', 'premium_rate'],
    ['+360612345678', 'HU', 'ordinary'],
    ['+39089234567', 'IT', 'ordinary'],
    ['+390612345678', 'IT', 'ordinary'],
    ['+449098790000', 'GB', 'premium_rate'],
    ['+44909879000012345', 'GB', 'premium_rate'],
    ['+4490987', 'GB', 'premium_rate'],
    ['+44909', 'GB', 'premium_rate'],
    ['+499001234567123', 'DE', 'premium_rate'],
    ['+4911833', 'DE', 'premium_rate'],
    ['+4911833123456', 'DE', 'premium_rate'],
    ['+33118712', 'FR', 'premium_rate'],
    ['+44118118', 'GB', 'premium_rate'],
    ['+441189123456', 'GB', 'ordinary'],
    ['+34803123456', 'ES', 'premium_rate'],
    ['+34806123456', 'ES', 'premium_rate'],
    ['+34807123456', 'ES', 'premium_rate'],
    ['+34905123456', 'ES', 'premium_rate'],
    ['+34907123456', 'ES', 'premium_rate'],
    ['+16005551234', 'CA', 'non_geographic'],
    ['+19005551234', 'US', 'premium_rate'],
    ['+19765551234', 'US', 'premium_rate'],
    ['+1976123', 'US', 'premium_rate'],
    ['+61147123456', 'AU', 'non_geographic'],
    ['+61145123456', 'AU', 'non_geographic'],
    ['+611900', 'AU', 'premium_rate'],
    ['+61190012345', 'AU', 'premium_rate'],
    ['+39892123', 'IT', 'premium_rate'],
    ['+39899123456', 'IT', 'premium_rate'],
    ['+39166123', 'IT', 'premium_rate'],
    ['+41901234567', 'CH', 'premium_rate'],
    ['+4393012345', 'AT', 'premium_rate'],
    ['+4390012345', 'AT', 'premium_rate'],
    ['+31900123456', 'NL', 'premium_rate'],
    ['+31906123456', 'NL', 'premium_rate'],
    ['+31909123456', 'NL', 'premium_rate'],
    ['+3290123456', 'BE', 'premium_rate'],
    ['+46900123456', 'SE', 'premium_rate'],
    ['+46939123456', 'SE', 'premium_rate'],
    ['+46944123456', 'SE', 'premium_rate'],
    ['+4782012345', 'NO', 'premium_rate'],
    ['+4718801', null, 'unknown'],
    ['+48701234567', 'PL', 'premium_rate'],
    ['+48300123456', 'PL', 'premium_rate'],
    ['+81990123456', 'JP', 'premium_rate'],
    ['+861681234567', 'CN', 'premium_rate'],
    ['+78104490987900', 'RU', 'non_geographic'],
    ['+4912123456', 'DE', 'unknown'],
    ['+441624123456', 'IM', 'ordinary'],
    ['+44162412345', 'IM', 'ordinary'],
    ['+4401624123456', 'IM', 'ordinary'],
    ['+447524000000', 'IM', 'ordinary'],
    ['+447624999999', 'IM', 'ordinary'],
    ['+447924000000', 'IM', 'ordinary'],
    ['+441534123456', 'JE', 'ordinary'],
    ['+44153412345', 'JE', 'ordinary'],
    ['+447797000000', 'JE', 'ordinary'],
    ['+447937000000', 'JE', 'ordinary'],
    ['+441481000000', 'GG', 'ordinary'],
    ['+447839000000', 'GG', 'ordinary'],
    ['+447911300000', 'GG', 'ordinary'],
    ['+76011234567', 'KZ', 'unknown'],
    ['+71234567890', null, 'unknown'],
    ['+262269123456', 'YT', 'ordinary'],
    ['+262639000000', 'YT', 'ordinary'],
    ['+262692000000', 'RE', 'ordinary'],
    ['+590690000000', 'GP', 'ordinary'],
    ['+5993123456', 'BQ', 'ordinary'],
    ['+59995181234', 'CW', 'ordinary'],
    ['+5995123456', null, 'unknown'],
    ['+4779123456', 'SJ', 'ordinary'],
    ['+358181234567', 'AX', 'ordinary'],
    ['+61891640000', 'CX', 'ordinary'],
    ['+61891620000', 'CC', 'ordinary'],
    ['+212528812345', 'EH', 'ordinary'],
    ['+390669812345', 'VA', 'ordinary'],
    ['+38345123456', 'XK', 'ordinary'],
    ['+38128123456', 'XK', 'ordinary'],
    ['+4413', 'GB', 'ordinary'],
    ['+4400', null, 'unknown'],
  ])('the number %s is judged as %s, %s', (number, country, kind) => {
    expect(judgeNumber(number)).toEqual({ country, kind });
  });

  it.each('242 246 264 268 284 340 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876 787 939'.split(' '))(
    'the number +1 %s is neither in the United States nor in Canada, whatever follows',
    (area) => {
      for (const rest of ['5551234', '1111111', '0001111', '2345678', '555123', '55512345'])
        expect([rest, judgeNumber(`+1${area}${rest}`).country]).not.toEqual([rest, expect.stringMatching(/^(US|CA)$/)]);
    },
  );

  it('every number that a regulator keeps for stories is allowed', () => {
    const refused = KEPT_FOR_STORIES.filter((number) => judgeNumber(number).kind !== 'ordinary');
    expect(refused).toEqual([]);
    expect(KEPT_FOR_STORIES.filter((number) => toE164(number, null) !== number)).toEqual([]);
  });

  it.each(Object.keys(metadata.nonGeographic))('the code +%s belongs to no country', (code) => {
    for (const rest of ['1', '123456', '12345678', '7712345678']) {
      expect(judgeNumber(`+${code}${rest}`)).toEqual({ country: '001', kind: 'non_geographic' });
    }
  });

  it("every country's example of a mobile phone is ordinary and of that country", () => {
    const wrong = getCountries().flatMap((country) => {
      const number = getExampleNumber(country, examples)!.number;
      const judgement = judgeNumber(number);
      const found = OF_OURS.test(number) ? undefined : parsePhoneNumberFromString(number)?.country;
      const expected = { country: found ?? country, kind: 'ordinary' };
      return JSON.stringify(judgement) === JSON.stringify(expected) ? [] : [{ number, judgement, expected }];
    });
    expect(wrong).toEqual([]);
  });

  describe('of numbers of every type of every country', () => {
    const numbers = typedNumbers();

    it('the examples include numbers of every type', () => {
      expect(new Set(numbers.map(({ type }) => type))).toEqual(new Set(TYPE_NAMES));
      expect(new Set(numbers.map(({ country }) => country)).size).toBeGreaterThan(230);
      expect(numbers.length).toBeGreaterThan(5_000);
    });

    it('every number whose type costs more is rejected', () => {
      const wrong = numbers.filter(
        ({ type, number }) => REFUSED.some((refused) => refused === type) && judgeNumber(number).kind === 'ordinary',
      );
      expect(wrong).toEqual([]);
    });

    it('every such number is rejected in any form: with a national prefix, with more or fewer digits', () => {
      const passing = numbers
        .filter(({ type }) => REFUSED.some((refused) => refused === type))
        .flatMap(({ country, number }) => writingsOf(country, number))
        .filter((writing) => !isTypedOrdinary(writing) && !isTypedOrdinary(toE164(writing, null)))
        .filter((writing) => !writing.startsWith(BELARUS_WITH_TRUNK_PREFIX))
        .filter((writing) => passes(writing) || passes(toE164(writing, null)));
      expect(passing).toEqual([]);
    });

    it('landlines and mobile phones with the national prefix are allowed, as one number', () => {
      const different = numbers
        .filter(({ type, number }) => (type === 'FIXED_LINE' || type === 'MOBILE') && passes(number))
        .map(({ country, number }) => ({ number, written: withZero(country, number) }))
        .filter(({ written }) => !parsePhoneNumberFromString(written)?.isValid())
        .filter(({ number, written }) => toE164(written, null) !== number);
      expect(different).toEqual([]);
    });

    it('landlines and mobile phones are allowed, except information services and satellites', () => {
      const refused = numbers
        .filter(({ type }) => type === 'FIXED_LINE' || type === 'MOBILE')
        .filter(({ number }) => judgeNumber(number).kind !== 'ordinary')
        .filter(({ number }) => !/^\+(1\d{3}976|86174[0-5])/.test(number));
      expect(refused).toEqual([]);
    });

    it('the country is the one that libphonenumber finds', () => {
      const wrong = numbers.flatMap(({ number }) => {
        const country = parsePhoneNumberFromString(number)?.country;
        const judged = judgeNumber(number).country;
        return country && !OF_OURS.test(number) && judged !== country ? [{ number, country, judged }] : [];
      });
      expect(wrong).toEqual([]);
    });
  });

  it('every number of the example file is allowed, except the freephone numbers', () => {
    const numbers = readFileSync('examples/contacts.csv', 'utf8')
      .split('\n')
      .flatMap((row) => toE164(row.split(',')[0]!.replaceAll('"', ''), 'GB') ?? []);
    expect(numbers.length).toBeGreaterThan(500);
    const untyped = numbers.filter((number) => parsePhoneNumberFromString(number)?.getType() === undefined);
    expect(untyped.length).toBeGreaterThan(50);
    const refused = numbers.filter((number) => judgeNumber(number).kind !== 'ordinary');
    expect(refused.filter((number) => parsePhoneNumberFromString(number)?.getType() !== 'TOLL_FREE')).toEqual([]);
    expect(numbers.filter((number) => judgeNumber(number).country === null)).toEqual([]);
  });
});

describe('CODES_WITH_ZEROS', () => {
  it('CODES_WITH_ZEROS has the codes under which a plan has numbers that begin with a zero', () => {
    const descriptions = metadata.countries as unknown as Record<string, string[]>;
    const withZeros = getCountries().filter(
      (country) => follow(readPattern(descriptions[country]![2]!), '0').reached > 0,
    );
    const codes = new Set<string>(withZeros.map((country) => getCountryCallingCode(country)));
    expect([...CODES_WITH_ZEROS].sort()).toEqual([...codes].sort());
  });
});

import { describe, expect, it } from 'vitest';
import metadata from 'libphonenumber-js/max/metadata';
import { follow, rangesOf, readPattern } from './number-pattern.js';

describe('follow', () => {
  it.each([
    ['90\\d{8}', '9012345678', { reached: 10, ended: 10 }],
    ['90\\d{8}', '90123', { reached: 5, ended: -1 }],
    ['90\\d{8}', '901234567890', { reached: 10, ended: 10 }],
    ['90\\d{8}', '91', { reached: 1, ended: -1 }],
    ['8(?:4[2-5]|7[0-3])\\d?|84', '8421', { reached: 4, ended: 4 }],
    ['8(?:4[2-5]|7[0-3])\\d?|84', '849', { reached: 2, ended: 2 }],
    ['1[35-79]{2,3}2', '135672', { reached: 4, ended: -1 }],
    ['1[35-79]{2,3}2', '13562', { reached: 5, ended: 5 }],
    ['(?:1(?:2)?){2}3', '12113', { reached: 3, ended: -1 }],
    ['(?:1(?:2)?){2}3', '1213', { reached: 4, ended: 4 }],
    ['5', '', { reached: 0, ended: -1 }],
  ])('follow goes along %s in %s', (pattern, digits, expected) => {
    expect(follow(readPattern(pattern), digits)).toEqual(expected);
  });
});

describe('rangesOf', () => {
  it.each([
    ['90\\d{8}', '9012', 2],
    ['9(?:[01]\\d|8[2-49])\\d{7}|845464\\d', '914', 2],
    ['9(?:[01]\\d|8[2-49])\\d{7}|845464\\d', '98412', 3],
    ['9(?:[01]\\d|8[2-49])\\d{7}|845464\\d', '98512', -1],
    ['9(?:[01]\\d|8[2-49])\\d{7}|845464\\d', '8454641', 6],
    ['8\\d{5}(?:\\d{2,4})?', '81', 1],
    ['70\\d[1-4]\\d{3}', '7012345', 4],
  ])('the numbers of %s begin with %s', (pattern, digits, length) => {
    expect(follow(rangesOf(readPattern(pattern)), digits).ended).toBe(length);
  });
});

describe('readPattern', () => {
  it.each(['a', '1*', '(1)', '[1', '(?:1', '1)', '[^1]', '\\w'])(
    'the form %s, which no metadata has, is rejected',
    (pattern) => {
      expect(() => readPattern(pattern)).toThrow(/^(No|A group)/);
    },
  );

  it('every pattern of the metadata matches as a regular expression does', () => {
    const descriptions = Object.values(metadata.countries) as unknown as Record<number, ([string] | 0)[] | 0>[];
    const texts = new Set(descriptions.flatMap((one) => (one[11] || []).flatMap((type) => (type ? type[0] : []))));
    expect(texts.size).toBeGreaterThan(800);
    for (const text of texts) {
      const pattern = readPattern(text);
      const whole = new RegExp(`^(?:${text})$`);
      for (const digits of ['8005551234', '900123456', '2079460123', '118', '0612345678'])
        for (let length = 1; length <= digits.length; length++) {
          const start = digits.slice(0, length);
          const { ended } = follow(pattern, start);
          expect([text, start, ended === length]).toEqual([text, start, whole.test(start)]);
        }
    }
  });
});

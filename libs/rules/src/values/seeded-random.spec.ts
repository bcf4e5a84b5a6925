import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint, pickOne, pickWeighted, seededRandom, shuffled } from './seeded-random.js';

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

describe('fingerprint', () => {
  it('a fingerprint is 16 hexadecimal digits, and never changes', () => {
    fc.assert(fc.property(fc.array(fc.string()), (texts) => /^[0-9a-f]{16}$/.test(fingerprint(...texts))));
    expect(fingerprint('outdial', '42')).toBe(fingerprint('outdial', '42'));
  });

  it('texts with other borders or another order have other fingerprints', () => {
    const all = [[], [''], ['', ''], ['ab', 'c'], ['a', 'bc'], ['abc'], ['c', 'ab']];
    expect(new Set(all.map((texts) => fingerprint(...texts))).size).toBe(all.length);
  });

  it('100,000 similar texts have different fingerprints, whose halves repeat no more than by chance', () => {
    const prints = Array.from({ length: 100_000 }, (_, n) => fingerprint('seed', `+49301${n}`));
    expect(new Set(prints).size).toBe(prints.length);
    for (const half of [prints.map((print) => print.slice(0, 8)), prints.map((print) => print.slice(8))]) {
      expect(half.length - new Set(half).size).toBeLessThan(12);
    }
  });

  it('about half of the bits change with one character', () => {
    const bits = (text: string) =>
      BigInt(`0x${fingerprint(text)}`)
        .toString(2)
        .padStart(64, '0');
    const moved = Array.from({ length: 500 }, (_, n) => {
      const other = bits(`job-${n}b`);
      return [...bits(`job-${n}a`)].filter((bit, index) => bit !== other[index]).length;
    });
    const mean = moved.reduce((sum, count) => sum + count, 0) / moved.length;
    expect(mean).toBeGreaterThan(31);
    expect(mean).toBeLessThan(33);
  });
});

describe('seededRandom', () => {
  it('a stream repeats itself for the same texts only', () => {
    expect(draw(20, seededRandom('a', 'b'))).toEqual(draw(20, seededRandom('a', 'b')));
    expect(draw(20, seededRandom('a', 'b'))).not.toEqual(draw(20, seededRandom('a', 'c')));
  });

  it('the numbers are even from 0 to 1, within a stream and over the first of many', () => {
    const inOne = draw(100_000, seededRandom('one'));
    const firsts = Array.from({ length: 100_000 }, (_, n) => seededRandom('many', String(n))());
    for (const numbers of [inOne, firsts]) {
      const counts = Array.from({ length: 20 }, () => 0);
      for (const number of numbers) counts[Math.floor(number * 20)]! += 1;
      expect(Math.min(...counts)).toBeGreaterThan(4700);
      expect(Math.max(...counts)).toBeLessThan(5300);
    }
  });
});

describe('choices', () => {
  it('pickWeighted follows the weights and never picks a weight of zero', () => {
    const random = seededRandom('weights');
    const picked = draw(10_000, () => pickWeighted(random, [{ weight: 0 }, { weight: 1 }, { weight: 3 }]).weight);
    expect(picked).not.toContain(0);
    expect(picked.filter((weight) => weight === 3).length / picked.length).toBeCloseTo(0.75, 1);
  });

  it('pickOne reaches the first and the last', () => {
    expect(pickOne(() => 0, ['a', 'b', 'c'])).toBe('a');
    expect(pickOne(() => 0.999999, ['a', 'b', 'c'])).toBe('c');
  });

  it('shuffled keeps every item, leaves its source alone and reaches every order', () => {
    const source = [1, 2, 3];
    const random = seededRandom('cards');
    const orders = new Set(Array.from({ length: 200 }, () => shuffled(random, source).join('')));
    expect([...orders].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    expect(source).toEqual([1, 2, 3]);
  });
});

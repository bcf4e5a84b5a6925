import { beforeEach, describe, expect, it } from 'vitest';
import { GivenBackNumbers } from './given-back-numbers.js';

describe('A number that the trunk calls unavailable', () => {
  let nowMs: number;
  let numbers: GivenBackNumbers;
  const rejections = (count: number) => Array.from({ length: count }, () => numbers.mayGiveBack('+1') && ++nowMs > 0);

  beforeEach(() => {
    nowMs = 0;
    numbers = new GivenBackNumbers(() => nowMs);
  });

  it('is spared as long as nobody rings', () => {
    numbers.forget('+2', { rang: true });
    expect(rejections(50)).not.toContain(false);
  });

  it('is spared three times in a row while others ring, and then begins anew', () => {
    expect(rejections(2)).toEqual([true, true]);
    numbers.forget('+2', { rang: true });
    expect(rejections(3)).toEqual([true, false, true]);
  });

  it('is given back exactly three times in a row after another number rang', () => {
    expect(rejections(1)).toEqual([true]);
    numbers.forget('+2', { rang: true });
    expect(rejections(3)).toEqual([true, true, false]);
  });

  it('is given back again where no number rang after its first rejection', () => {
    numbers.forget('+2', { rang: true });
    expect(rejections(3)).toEqual([true, true, true]);
    expect(rejections(1)).toEqual([true]);
  });

  it('is remembered beside up to 10,000 numbers, and counts anew beyond them', () => {
    const isRejectedAfter = (others: number) => {
      numbers = new GivenBackNumbers(() => ++nowMs);
      for (let n = 0; n < 3; n++) numbers.mayGiveBack('+1');
      for (let n = 0; n < others; n++) numbers.mayGiveBack(`+9${n}`);
      numbers.forget('+2', { rang: true });
      return !numbers.mayGiveBack('+1');
    };
    expect([9_998, 9_999, 10_000].map(isRejectedAfter)).toEqual([true, true, false]);
  });

  it('is none any more once it rang itself', () => {
    rejections(3);
    numbers.forget('+1', { rang: true });
    expect(rejections(3)).toEqual([true, true, true]);
  });

  it('does not count against another', () => {
    rejections(3);
    numbers.forget('+2', { rang: true });
    expect(numbers.mayGiveBack('+3')).toBe(true);
  });
});

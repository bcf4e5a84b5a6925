import { beforeEach, describe, expect, it } from 'vitest';
import { GivenBackNumbers } from './given-back-numbers.js';

describe('A number that the trunk calls unavailable', () => {
  let nowMs: number;
  let numbers: GivenBackNumbers;
  const refusals = (count: number) => Array.from({ length: count }, () => numbers.mayGiveBack('+1') && ++nowMs > 0);

  beforeEach(() => {
    nowMs = 0;
    numbers = new GivenBackNumbers(() => nowMs);
  });

  it('is spared as long as nobody rings', () => {
    numbers.forget('+2', { rang: true });
    expect(refusals(50)).not.toContain(false);
  });

  it('is spared three times in a row while others ring, and then begins anew', () => {
    expect(refusals(2)).toEqual([true, true]);
    numbers.forget('+2', { rang: true });
    expect(refusals(3)).toEqual([true, false, true]);
  });

  it('is none any more once it rang itself', () => {
    refusals(3);
    numbers.forget('+1', { rang: true });
    expect(refusals(3)).toEqual([true, true, true]);
  });

  it('does not count against another', () => {
    refusals(3);
    numbers.forget('+2', { rang: true });
    expect(numbers.mayGiveBack('+3')).toBe(true);
  });
});

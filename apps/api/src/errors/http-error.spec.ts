import { describe, expect, it } from 'vitest';
import { isUnusableValue } from './http-error.js';

describe('isUnusableValue', () => {
  it.each(['22P02', '22008', '22021', '22P05', '22003', '54000', '54001'])('%s is about a value', (code) => {
    expect(isUnusableValue({ code })).toBe(true);
    expect(isUnusableValue({ driverError: { code } })).toBe(true);
  });

  it.each(['22012', '22004', '23505', '42601', '57014', '22', 22, undefined])('%s is not', (code) =>
    expect(isUnusableValue({ code })).toBe(false),
  );

  it('is no matter of errors without a code', () => {
    expect([null, undefined, 'x', new Error('22P02')].map(isUnusableValue)).toEqual([false, false, false, false]);
  });
});

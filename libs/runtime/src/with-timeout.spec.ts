import { describe, expect, it } from 'vitest';
import { withinTime, withTimeout } from './with-timeout.js';

const NEVER = new Promise<string>(() => undefined);

describe('withTimeout', () => {
  it('returns the result of work that ends in time', async () => {
    expect(await withTimeout(60_000, Promise.resolve('done'), 'late')).toBe('done');
  });

  it('returns the other value for work that does not end', async () => {
    expect(await withTimeout(1, NEVER, 'late')).toBe('late');
  });

  it('throws what the work throws', async () => {
    await expect(withTimeout(60_000, Promise.reject(new Error('failed')), 'late')).rejects.toThrow('failed');
  });
});

describe('withinTime', () => {
  it('returns the result of work that ends in time', async () => {
    expect(await withinTime(60_000, Promise.resolve('done'), () => new Error('late'))).toBe('done');
  });

  it('throws the error for work that does not end', async () => {
    await expect(withinTime(1, NEVER, () => new Error('late'))).rejects.toThrow('late');
  });
});

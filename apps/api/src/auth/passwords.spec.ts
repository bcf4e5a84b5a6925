import { describe, expect, it } from 'vitest';
import { TooManyRequests } from '../errors/too-many-requests.js';
import { hashPassword, isPassword, NOBODYS_HASH } from './passwords.js';

/** Number of passwords that are hashed at once or wait for their turn. */
const MOST_AT_ONCE = 64;

describe('Passwords', () => {
  it('are hashed so many at once, and a caller beyond that is turned away at once', async () => {
    await NOBODYS_HASH;
    const within = Array.from({ length: MOST_AT_ONCE }, (_, n) => hashPassword(`password ${n}`));
    await expect(hashPassword('one too many')).rejects.toBeInstanceOf(TooManyRequests);
    await expect(isPassword('one too many', await NOBODYS_HASH)).rejects.toBeInstanceOf(TooManyRequests);
    const hashes = await Promise.all(within);
    expect(new Set(hashes).size).toBe(MOST_AT_ONCE);
    expect(await isPassword('password 0', hashes[0]!)).toBe(true);
    expect(await isPassword('password 1', hashes[0]!)).toBe(false);
  });
});

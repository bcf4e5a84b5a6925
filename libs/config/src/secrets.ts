import { createHash, randomBytes } from 'node:crypto';

/** Makes a secret: 32 random bytes behind a prefix that says what it is for. */
export function newSecret(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** Returns the hash of a secret that is stored. 32 random bytes need no slow hash, because they cannot be guessed. */
export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

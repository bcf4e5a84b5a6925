import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes behind a prefix that says what they are. */
export function newSecret(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** What is kept of a secret. 32 random bytes need no slow hash: there is nothing to guess. */
export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

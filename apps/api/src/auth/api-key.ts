import { crc32 } from 'node:zlib';
import { digest, newSecret } from '#config/secrets.js';

/** Form of an API key, for scanners of leaked secrets: od_live_, 32 random bytes, their CRC-32. */
const API_KEY = /^od_live_[\w-]{43}[\da-f]{8}$/;

const HINT_LENGTH = 4;

export interface NewKey {
  readonly secret: string;
  readonly hash: Buffer;
  readonly hint: string;
}

export function newApiKey(): NewKey {
  const body = newSecret('od_live_');
  const secret = body + checksum(body);
  return { secret, hash: digest(secret), hint: secret.slice(-HINT_LENGTH) };
}

/** Returns the hash of a key; null for text that cannot be a key, which saves a query. */
export function hashOfApiKey(presented: string): Buffer | null {
  if (!API_KEY.test(presented)) return null;
  return checksum(presented.slice(0, -8)) === presented.slice(-8) ? digest(presented) : null;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

import { createHmac, hkdfSync } from 'node:crypto';
import { numberKey, writingsOf } from '#rules/phone-number/number-key.js';

/**
 * Identifies a person of a tenant by a keyed hash of the number. Only with the key can a number be compared. A hash
 * without a key could be reversed in minutes, since there are so few numbers.
 */
export class PersonHash {
  /** @param key at least 32 bytes. */
  constructor(private readonly key: Buffer) {}

  /** Value that tells this key from any other, and reveals nothing of it. */
  get check(): Buffer {
    return createHmac('sha256', this.key).update('outdial person hash check').digest();
  }

  /**
   * Returns the hash in hexadecimal (HMAC-SHA-256), equal for every way to write the number.
   * @param phoneNumber E.164.
   */
  hashOf(tenantId: string, phoneNumber: string): string {
    return this.hashed(tenantId, numberKey(phoneNumber));
  }

  /**
   * Returns the hash of a person, then those of other ways to write the number. Earlier versions hashed it as written.
   */
  allOf(tenantId: string, phoneNumber: string): [string, ...string[]] {
    const [key, ...others] = writingsOf(phoneNumber);
    return [this.hashed(tenantId, key!), ...others.map((writing) => this.hashed(tenantId, writing))];
  }

  private hashed(tenantId: string, number: string): string {
    return createHmac('sha256', this.key).update(`${tenantId} ${number}`).digest('hex');
  }
}

/** Returns a hash with `PERSON_HASH_KEY`, or with a key that is derived from another secret. */
export function personHashFrom({ key, secret }: { key: string | null; secret: string }): PersonHash {
  const text = key ?? derivedHashKey(secret);
  const [, derived] = DERIVED.exec(text) ?? [];
  return new PersonHash(derived === undefined ? Buffer.from(text) : Buffer.from(derived, 'hex'));
}

const DERIVED = /^derived:([\da-f]{64})$/;

/**
 * Derives a key from a secret, in the form of `PERSON_HASH_KEY`. As a setting it stays valid when the secret changes.
 */
export function derivedHashKey(secret: string): string {
  return `derived:${Buffer.from(hkdfSync('sha256', secret, '', 'outdial person hash', 32)).toString('hex')}`;
}

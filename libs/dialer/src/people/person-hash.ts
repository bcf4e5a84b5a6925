import { createHmac, hkdfSync } from 'node:crypto';
import { numberKey, writingsOf } from '#rules/phone-number/number-key.js';

/**
 * A person of a tenant as a keyed hash of their number: it tells whether a number is theirs to whoever has the key, and
 * nothing to anybody else. A bare hash would be undone in minutes, there being so few numbers.
 */
export class PersonHash {
  /** @param key at least 32 bytes. */
  constructor(private readonly key: Buffer) {}

  /** Tells this key from any other, and nothing of it. */
  get check(): Buffer {
    return createHmac('sha256', this.key).update('outdial person hash check').digest();
  }

  /** HMAC-SHA-256, hexadecimal, the same for every writing of a number. @param phoneNumber E.164. */
  of(tenantId: string, phoneNumber: string): string {
    return this.hashed(tenantId, numberKey(phoneNumber));
  }

  /** The hash by which a person is known, and those of other writings: earlier versions hashed a number as written. */
  allOf(tenantId: string, phoneNumber: string): [string, ...string[]] {
    const [key, ...others] = writingsOf(phoneNumber);
    return [this.hashed(tenantId, key!), ...others.map((writing) => this.hashed(tenantId, writing))];
  }

  private hashed(tenantId: string, number: string): string {
    return createHmac('sha256', this.key).update(`${tenantId} ${number}`).digest('hex');
  }
}

/** `PERSON_HASH_KEY` itself, or one that is derived from another secret. */
export function personHashFrom({ key, secret }: { key: string | null; secret: string }): PersonHash {
  const text = key ?? derivedHashKey(secret);
  const [, derived] = DERIVED.exec(text) ?? [];
  return new PersonHash(derived === undefined ? Buffer.from(text) : Buffer.from(derived, 'hex'));
}

const DERIVED = /^derived:([\da-f]{64})$/;

/** The key that is derived from a secret, as `PERSON_HASH_KEY` takes it: it stays when the secret changes. */
export function derivedHashKey(secret: string): string {
  return `derived:${Buffer.from(hkdfSync('sha256', secret, '', 'outdial person hash', 32)).toString('hex')}`;
}

import { DomainError } from '#rules/errors/domain-error.js';
import { hashOfApiKey } from './api-key.js';

/** Form of the header (RFC 6750 §2.1): the scheme, one space, a token without spaces. */
const BEARER = /^Bearer ([\w.~+/=-]+)$/i;

/** Beginning of all API keys, good and bad. */
const KEY = /^od_/i;

/**
 * Form of a signed token (RFC 7515 §7.1): header, claims and signature. The header is a JSON object and so begins with
 * e and one of w to z. The signature has at least 256 bits.
 */
const SIGNED_TOKEN = /^e[w-z][\w-]+\.[\w-]+\.[\w-]{43,}$/;

/** Reads the token of an Authorization header. @throws DomainError for none, and for another scheme. */
export function requireBearer(header: string | undefined): string {
  if (!header) throw new DomainError('authorization_missing');
  const [, token] = BEARER.exec(header) ?? [];
  if (token === undefined) throw new DomainError('authorization_malformed');
  return token;
}

/** True if a token can be valid. A token of another form is rejected without a key and without the database. */
export function isPossibleToken(token: string): boolean {
  return KEY.test(token) ? hashOfApiKey(token) !== null : SIGNED_TOKEN.test(token);
}

import { isEmail } from 'class-validator';
import { isStorable } from '../values/storable.js';

/** Characters of an email address by RFC 5321. */
export const LONGEST_EMAIL = 254;

declare const normal: unique symbol;

/** Email in the normal form in which emails are stored, looked up and counted; only `normalEmail` makes it. */
export type NormalEmail = string & { readonly [normal]: true };

/** True for an email that an account can have. The library that parses it throws at half a surrogate pair. */
export function isEmailAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_EMAIL && isStorable(value) && isEmail(value);
}

/**
 * Returns the normal form of an email: no outer blanks, letters composed (NFC) and small. The domain is as in the DNS
 * (RFC 5891). Forms that every mail server must treat as equal are equal; others may differ.
 */
export function normalEmail(typed: string): NormalEmail {
  const small = typed.trim().normalize('NFC').toLowerCase().normalize('NFC');
  const at = small.lastIndexOf('@') + 1;
  return `${small.slice(0, at)}${at > 0 ? dnsName(small.slice(at)) : small}` as NormalEmail;
}

/** Returns a non-ASCII domain as the DNS knows it (`xn--…`), and anything else unchanged. */
function dnsName(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain) || domain.length > LONGEST_EMAIL) return domain;
  // URL drops these characters or reads them as something else than a part of a name.
  if (/[\0-\x20/:?#@\\%[\]]/.test(domain)) return domain;
  const url = `http://${domain}`;
  return URL.canParse(url) ? new URL(url).hostname : domain;
}

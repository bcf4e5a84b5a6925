import { isEmail } from 'class-validator';
import { isStorable } from '../values/storable.js';

/** RFC 5321 allows 254 characters. */
export const LONGEST_EMAIL = 254;

declare const normal: unique symbol;

/** An email in the one form in which emails are stored, looked up and counted: only `normalEmail` makes it. */
export type NormalEmail = string & { readonly [normal]: true };

/** True for an email that an account can have. The library that reads it throws at half a surrogate pair. */
export function isEmailAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_EMAIL && isStorable(value) && isEmail(value);
}

/**
 * The one form of an email, however it was typed: no blanks around it, letters composed (NFC) and small, the domain as
 * it stands in the DNS (RFC 5891). Writings that a mail server must take as one are one; others may stay apart.
 */
export function normalEmail(typed: string): NormalEmail {
  const small = typed.trim().normalize('NFC').toLowerCase().normalize('NFC');
  const at = small.lastIndexOf('@') + 1;
  return `${small.slice(0, at)}${at > 0 ? dnsName(small.slice(at)) : small}` as NormalEmail;
}

/** A domain with other letters than ASCII's as the DNS knows it (`xn--…`); anything else as it is. */
function dnsName(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain) || domain.length > LONGEST_EMAIL) return domain;
  // URL drops or reads these as something else than a part of a name.
  if (/[\0-\x20/:?#@\\%[\]]/.test(domain)) return domain;
  const url = `http://${domain}`;
  return URL.canParse(url) ? new URL(url).hostname : domain;
}

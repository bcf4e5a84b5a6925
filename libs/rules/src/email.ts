import { isEmail } from 'class-validator';

/** RFC 5321 allows 254 characters. */
export const LONGEST_EMAIL = 254;

/**
 * Whether an account can have this email. PostgreSQL stores no NUL, and the library throws at half a surrogate pair.
 */
export function isEmailAddress(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > LONGEST_EMAIL) return false;
  return value.isWellFormed() && !value.includes('\0') && isEmail(value);
}

/** An email as it is kept where it was typed by hand: without blanks around it, its ASCII letters small. */
export function normalEmail(typed: string): string {
  return typed.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

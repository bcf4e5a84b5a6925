import { InvalidFields } from '#rules/refusal.js';
import { toE164 } from '#rules/phone-number.js';

/** A number without its country code is one where the tenant has a default country. */
export function notANumber(country: string | null): string {
  if (country !== null) return 'is not a phone number';
  return 'is not a phone number; without a default_country it wants its country code, as in +442079460123';
}

/** @throws InvalidFields for what is no phone number. */
export function requirePhoneNumber(text: string, country: string | null, field = 'phone_number'): string {
  const number = toE164(text, country);
  if (number === null) throw new InvalidFields([{ field, message: notANumber(country) }]);
  return number;
}

import { InvalidFields } from '#rules/refusal.js';
import { toE164 } from '#rules/phone-number.js';

/** @throws InvalidFields for what is no phone number. */
export function requirePhoneNumber(text: string, country: string | null, field = 'phone_number'): string {
  const number = toE164(text, country);
  if (number === null) throw new InvalidFields([{ field, message: 'is not a phone number' }]);
  return number;
}

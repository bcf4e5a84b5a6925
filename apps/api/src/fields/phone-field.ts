import { numberAdviser, sentenceOf, type CountrySource } from '#rules/phone-number/number-advice.js';
import { toE164 } from '#rules/phone-number/phone-number.js';
import { InvalidFields } from '#rules/errors/domain-error.js';

interface PhoneTerms {
  /** The default country, which reads numbers in national form; null: none is set. */
  readonly country: string | null;
  /** Setting that gives this field a default country. */
  readonly source: CountrySource;
  readonly field?: string;
}

/** @throws InvalidFields for what is no phone number; it says why, and which countries would read it. */
export function requirePhoneNumber(text: string, terms: PhoneTerms): string {
  const number = toE164(text, terms.country);
  if (number === null) throw notANumber(text, terms);
  return number;
}

export function notANumber(text: string, { field = 'phone_number', ...terms }: PhoneTerms): InvalidFields {
  return new InvalidFields([{ field, message: sentenceOf(numberAdviser(terms)(text)) }]);
}

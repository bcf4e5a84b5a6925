import type { NewLead } from '#database/statements/add-leads.js';
import { toE164 } from '#rules/phone-number.js';
import type { AddContactBody } from './contact.dto.js';

/** A contact of which it has not been looked up where it is and whether it was erased. */
export type UnplacedContact = Omit<NewLead, 'place_id' | 'person_hash'>;

/** A contact as it is stored; null when its number is no phone number. */
export function toNewLead(body: AddContactBody, defaultCountry: string | null): UnplacedContact | null {
  const phoneNumber = toE164(body.phone_number, defaultCountry);
  if (phoneNumber === null) return null;
  return {
    phone_number: phoneNumber,
    first_name: body.first_name ?? null,
    last_name: body.last_name ?? null,
    email: body.email ?? null,
    custom_fields: body.custom_fields ?? {},
    timezone: body.timezone ?? null,
  };
}

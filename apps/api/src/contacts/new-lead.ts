import type { NewLead } from '#database/statements/add-leads.js';
import { readContactNumber } from '#rules/contact-number.js';
import type { AddContactBody } from './contact.dto.js';

/** A contact of which it has not been looked up where it is and whether it was erased. */
export type UnplacedContact = Omit<NewLead, 'place_id' | 'person_hashes'>;

/** A contact as it is stored, its extension as a custom field; null when its number is none, or several. */
export function toNewLead(body: AddContactBody, defaultCountry: string | null): UnplacedContact | null {
  const { number, extension, others } = readContactNumber(body.phone_number, defaultCountry);
  if (number === null || others > 0) return null;
  const extensionField = extension === null ? {} : { phone_extension: extension };
  return {
    phone_number: number,
    first_name: body.first_name ?? null,
    last_name: body.last_name ?? null,
    email: body.email ?? null,
    custom_fields: { ...extensionField, ...body.custom_fields },
    timezone: body.timezone ?? null,
  };
}

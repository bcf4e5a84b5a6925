import type { NewLead } from '#database/statements/leads/add-leads.js';
import { readContactNumber } from '#rules/phone-number/contact-number.js';
import { customFieldsProblem } from '#rules/lead/custom-fields.js';
import { InvalidFields } from '#rules/errors/domain-error.js';
import type { AddContactBody } from './contact.dto.js';

/** A contact of which it has not been looked up where it is and whether it was erased. */
export type UnplacedContact = Omit<NewLead, 'area_id' | 'person_hashes'>;

/**
 * A contact as it is stored, its extension as a custom field; null when its number is none, or several.
 * @throws InvalidFields where the custom fields are too many together with the extension.
 */
export function toNewLead(body: AddContactBody, defaultCountry: string | null): UnplacedContact | null {
  const { number, extension, others } = readContactNumber(body.phone_number, defaultCountry);
  if (number === null || others > 0) return null;
  const fields = { ...(extension === null ? {} : { phone_extension: extension }), ...body.custom_fields };
  const problem = customFieldsProblem({}, fields);
  if (problem !== null) throw new InvalidFields([{ field: 'custom_fields', message: problem + WITH_EXTENSION }]);
  return {
    phone_number: number,
    first_name: body.first_name ?? null,
    last_name: body.last_name ?? null,
    email: body.email ?? null,
    custom_fields: fields,
    timezone: body.timezone ?? null,
  };
}

/** Fields that are too many by themselves have been refused before. */
const WITH_EXTENSION = ', `phone_extension` included, which the extension of the number becomes';

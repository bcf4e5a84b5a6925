import type { NewLead } from '#database/statements/leads/add-leads.js';
import { readContactNumber } from '#rules/phone-number/contact-number.js';
import { customFieldsProblem, EXTENSION_FIELD } from '#rules/lead/custom-fields.js';
import { InvalidFields } from '#rules/errors/domain-error.js';
import type { AddContactBody } from './contact.dto.js';

/** Contact whose area and whose erasure have not been looked up. */
export type UnplacedContact = Omit<NewLead, 'area_id' | 'person_hashes'>;

/**
 * Returns a contact as it is stored, with its extension as a custom field. Null: its number is none, or several.
 * @throws InvalidFields if there are too many custom fields with the extension.
 */
export function toNewLead(body: AddContactBody, defaultCountry: string | null): UnplacedContact | null {
  const { number, extension, others } = readContactNumber(body.phone_number, defaultCountry);
  if (number === null || others > 0) return null;
  const fields = { ...(extension === null ? {} : { [EXTENSION_FIELD]: extension }), ...body.custom_fields };
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

/** End of the message for fields that are too many only with the extension. Others were rejected before. */
const WITH_EXTENSION = `, \`${EXTENSION_FIELD}\` included, which the extension of the number becomes`;

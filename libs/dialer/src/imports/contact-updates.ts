import type { Sql } from '#database/connection/sql.js';
import type { NewLead } from '#database/statements/leads/add-leads.js';
import { customFieldsOf } from '#database/statements/imports/update-leads.js';
import { customFieldsProblem } from '#rules/lead/custom-fields.js';
import type { ReplaceableField } from '#rules/lead/duplicate-rule.js';
import type { ContactRecord } from './contact-row.js';

/** A row with a valid number. */
export interface NumberedRow {
  readonly record: ContactRecord;
  readonly phone_number: string | null;
  readonly person_hashes: readonly string[] | null;
}

export type Contact = Omit<NewLead, 'area_id'>;

/** Returns the contact of a row that has a number. */
export function contactOf({ record, phone_number, person_hashes }: NumberedRow): Contact {
  const { first_name, last_name, email, timezone, custom_fields } = record;
  return {
    phone_number: phone_number!,
    first_name,
    last_name,
    email,
    timezone,
    custom_fields,
    person_hashes: person_hashes!,
  };
}

/**
 * Returns what rows change of contacts that are there. An empty field changes nothing. Custom fields of a contact are
 * left as they are if they and those of the file would be too many; a note says so.
 * @param fields that the rule for duplicates replaces.
 */
export async function updatesOf<Row extends NumberedRow>(
  sql: Sql,
  { campaignId, rows, fields }: { campaignId: string; rows: readonly Row[]; fields: readonly ReplaceableField[] },
): Promise<{ updates: Contact[]; notes: Map<Row, readonly string[]> }> {
  const notes = new Map<Row, readonly string[]>();
  const numbers = rows.map(({ phone_number }) => phone_number!);
  const present = await customFieldsOf(sql, campaignId, numbers);
  const updates = rows.map((row) => {
    const contact = replacing(contactOf(row), fields);
    const before = present.get(contact.phone_number) ?? {};
    const problem = customFieldsProblem(before, { ...before, ...contact.custom_fields });
    if (problem === null) return contact;
    notes.set(row, [`custom_fields: ${problem}, so they were left as they are`]);
    return { ...contact, custom_fields: {} };
  });
  return { updates, notes };
}

/** Returns the contact with these fields alone; the others are empty. */
function replacing(contact: Contact, fields: readonly ReplaceableField[]): Contact {
  const chosen = Object.fromEntries(fields.map((field) => [field, contact[field]]));
  return { ...contact, ...NO_FIELDS, ...chosen };
}

const NO_FIELDS = {
  first_name: null,
  last_name: null,
  email: null,
  timezone: null,
  custom_fields: {},
} as const satisfies Record<ReplaceableField, unknown>;

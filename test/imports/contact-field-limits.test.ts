import { describe, expect, it } from 'vitest';
import { CallPermissions } from '#dialer/imports/call-permissions.js';
import { ContactRows } from '#dialer/imports/contact-row.js';
import { MOST_BYTES, MOST_FIELDS } from '#rules/lead/custom-fields.js';
import { LONGEST_EMAIL } from '#rules/lead/email.js';
import { COLUMN_LIMITS } from '#rules/values/text-limits.js';
import { AddContactBody } from '../../apps/api/src/contacts/contact.dto.js';
import { fieldsPipe } from '../../apps/api/src/fields/fields-pipe.js';

const NUMBER = '+447700900102';

/** Tells whether the API accepts a contact with these fields. */
async function isAcceptedByApi(fields: object): Promise<boolean> {
  const body = { phone_number: NUMBER, ...fields };
  const checked = fieldsPipe().transform(body, { type: 'body', metatype: AddContactBody });
  return checked.then(
    () => true,
    (error: unknown) => {
      expect(error).toHaveProperty('errors', [{ field: Object.keys(fields)[0], message: expect.any(String) }]);
      return false;
    },
  );
}

/** Reads a row of a file with these cells, one for each header. */
function importedRow(cells: Readonly<Record<string, string>>) {
  const header = ['phone_number', ...Object.keys(cells)];
  const mapping = { phone_number: 'phone_number', first_name: 'first_name', last_name: 'last_name', email: 'email' };
  const table = { header, mapping, country: null };
  const permissions = new CallPermissions({ ...table, sample: [], found: [] });
  const row = { row: 1, cells: [NUMBER, ...Object.values(cells)], fault: null };
  return new ContactRows({ ...table, permissions }).read(row);
}

/** An email address of so many characters. */
function emailOf(characters: number): string {
  const [local, label] = ['a'.repeat(64), 'b'.repeat(63)];
  const rest = characters - `${local}@${label}.${label}..com`.length;
  return `${local}@${label}.${label}.${'c'.repeat(rest)}.com`;
}

/** A letter that JavaScript counts as two characters, and PostgreSQL as one. */
const letters = (count: number) => '𝒜'.repeat(count);

const TEXTS = [
  ['first_name', COLUMN_LIMITS.leads.first_name, letters],
  ['last_name', COLUMN_LIMITS.leads.last_name, letters],
  ['email', LONGEST_EMAIL, emailOf],
] as const;

describe('The API and an import accept the same contacts', () => {
  it.each(TEXTS)('and %s has at most %i characters in both', async (field, most, textOf) => {
    const [longest, longer] = [textOf(most), textOf(most + 1)];
    expect(await isAcceptedByApi({ [field]: longest })).toBe(true);
    expect(importedRow({ [field]: longest })).toMatchObject({ [field]: longest, notes: [] });
    expect(await isAcceptedByApi({ [field]: longer })).toBe(false);
    expect(importedRow({ [field]: longer })).toMatchObject({ [field]: null, notes: [expect.stringContaining(field)] });
  });

  it('and an email that both accept fits its column', () => {
    expect(COLUMN_LIMITS.leads.email).toBeGreaterThanOrEqual(LONGEST_EMAIL);
  });

  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`field ${n}`, 'x']));

  it('and a contact has at most as many custom fields in both', async () => {
    expect(await isAcceptedByApi({ custom_fields: fields(MOST_FIELDS) })).toBe(true);
    expect(importedRow(fields(MOST_FIELDS))).toMatchObject({ custom_fields: fields(MOST_FIELDS), notes: [] });
    expect(await isAcceptedByApi({ custom_fields: fields(MOST_FIELDS + 1) })).toBe(false);
    expect(Object.keys(importedRow(fields(MOST_FIELDS + 1)).custom_fields)).toHaveLength(MOST_FIELDS);
  });

  it('and the custom fields have at most as many bytes in both', async () => {
    const large = (bytes: number) => ({ note: 'x'.repeat(bytes - '{"note":""}'.length) });
    expect(await isAcceptedByApi({ custom_fields: large(MOST_BYTES) })).toBe(true);
    expect(importedRow(large(MOST_BYTES))).toMatchObject({ custom_fields: large(MOST_BYTES), notes: [] });
    expect(await isAcceptedByApi({ custom_fields: large(MOST_BYTES + 1) })).toBe(false);
    expect(importedRow(large(MOST_BYTES + 1)).custom_fields).toEqual({});
  });
});

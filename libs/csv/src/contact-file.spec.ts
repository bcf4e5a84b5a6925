import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fieldColumns,
  fieldOfHeader,
  ignoredColumns,
  isContactExport,
  PERSON_COLUMNS,
  shownText,
  SYSTEM_COLUMNS,
  unsaidFields,
  withUnsaid,
} from './contact-file.js';
import { exportMapping } from './mapping.js';

describe('fieldColumns', () => {
  it.each([
    ['plan', 'plan'],
    ['Order number', 'Order number'],
    ['status', 'custom_fields.status'],
    ['Status', 'custom_fields.Status'],
    ['custom_fields', 'custom_fields.custom_fields'],
    ['custom_fields.x', 'custom_fields.custom_fields.x'],
    ['Mobile', 'custom_fields.Mobile'],
    ['phone number type', 'custom_fields.phone number type'],
    ['E-Mail', 'custom_fields.E-Mail'],
    ['Vorname', 'custom_fields.Vorname'],
    ['=1+1', 'custom_fields.=1+1'],
    ['Do Not Call', 'Do Not Call'],
  ])('the header of %j is %j', (name, header) => {
    const columns = fieldColumns([name]);
    expect([...columns]).toEqual([[name, header]]);
    expect(fieldOfHeader(header) ?? header).toBe(name);
  });

  it.each(['', ' x', 'x;=1', 'a\nb', 'x'.repeat(120), '\uFFFD'])('the name %j has no column', (name) => {
    expect(fieldColumns([name]).size).toBe(0);
  });

  it('names that differ in case have different columns', () => {
    const columns = fieldColumns(['plan', 'Plan', 'PLAN']);
    expect([...columns]).toEqual([
      ['PLAN', 'PLAN'],
      ['Plan', 'custom_fields.Plan'],
    ]);
  });
});

describe('Custom fields in columns and as JSON', () => {
  it('custom fields come back unchanged', () => {
    const name = fc.oneof(fc.constantFrom('plan', 'status', '__proto__', ' x', 'a\nb'), fc.string());
    const value = fc.oneof(
      fc.constantFrom<unknown>('', ' x ', '3', 3, null, true, '\uFFFD'),
      fc.string(),
      fc.jsonValue(),
    );
    const fields = fc
      .array(fc.tuple(name, value))
      .map((entries) => JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Record<string, unknown>);
    fc.assert(
      fc.property(fields, fc.array(name), (custom, others) => {
        const columns = fieldColumns(
          [...Object.keys(custom), ...others].filter((one, at, all) => all.indexOf(one) === at),
        );
        const cells = [...columns.keys()].map(
          (one) => [one, shownText(Object.hasOwn(custom, one) ? custom[one] : null)] as const,
        );
        const texts = Object.fromEntries(cells.filter(([, text]) => text !== ''));
        const unsaid = JSON.parse(unsaidFields(custom, columns) ?? '{}') as Record<string, unknown>;
        const back = withUnsaid(texts, unsaid, new Set(columns.keys()));
        expect(Object.fromEntries(Object.entries(back))).toEqual(custom);
      }),
    );
  });

  it('a text that was edited in its column wins', () => {
    expect({ ...withUnsaid({ seats: '4' }, { seats: 3 }, new Set(['seats'])) }).toEqual({ seats: '4' });
    expect({ ...withUnsaid({}, { seats: 3 }, new Set(['seats'])) }).toEqual({});
  });
});

describe('An export of contacts', () => {
  it.each([
    [[...SYSTEM_COLUMNS, ...PERSON_COLUMNS, 'plan'], true, [...SYSTEM_COLUMNS]],
    [['status', 'phone_number', 'call_attempts', 'block_code'], true, ['status', 'call_attempts', 'block_code']],
    [['phone_number', 'custom_fields', 'status'], true, []],
    [['id', 'status', ...PERSON_COLUMNS], false, []],
    [[...SYSTEM_COLUMNS, 'Mobile'], false, []],
  ])('an export of contacts is recognized by its header: %j', (header, isOurs, ignored) => {
    expect([isContactExport(header), ignoredColumns(header)]).toEqual([isOurs, ignored]);
  });

  it('an export has its columns by their names, and others by their usual headers', () => {
    expect(exportMapping(['phone_number', 'email', 'Vorname', 'custom_fields', 'custom_fields.Mobile'])).toEqual({
      phone_number: 'phone_number',
      email: 'email',
      first_name: 'Vorname',
    });
  });
});

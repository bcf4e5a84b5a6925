import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ImportContext,
  type Findings,
  type ImportView,
  type NamedRow,
  type Tenant,
  type Way,
} from '../support/import-context.js';
import {
  expectationsWithoutFile,
  expectedFiles,
  type Expectation,
  type ExpectedFile,
  type ExpectedPerson,
  type Why,
} from '../support/import-files.js';
import { createCampaign } from '../support/running-api.js';

const FILES = expectedFiles();
const WAYS: readonly Way[] = ['dry', 'whole', 'cut'];

/** Words that the reason of a row must have. */
const REASONS: Readonly<Record<Why, RegExp>> = {
  empty: /empty/,
  not_a_number: /number/,
  digits_lost: /digits/,
};

interface Contact {
  readonly phone_number: string;
  readonly status: string;
  readonly custom_fields: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** Result of one import. */
interface Outcome {
  readonly done: ImportView;
  readonly rows: readonly NamedRow[];
}

describe('Files as people have them', () => {
  let context: ImportContext;
  let tenant: Tenant;
  beforeAll(async () => {
    context = await ImportContext.open();
    tenant = await context.newTenant();
  });
  afterAll(() => context.close());

  it('all have an expectation, and no expectation is without a file', () => {
    expect(FILES.length).toBeGreaterThan(44);
    expect(expectationsWithoutFile()).toEqual([]);
  });

  describe.each(FILES.map((file) => [file.name, file] as const))('%s', (_, file) => {
    it.each(WAYS)('as contacts: %s', async (way) => {
      await forgetListed();
      const campaign = await createCampaign(tenant.client);
      const path = `/campaigns/${campaign.id}/imports`;
      const first = await send(path, file, way);
      if (file.expected.needs_mapping) await expectQuestion(campaign.id, first);
      const isSilent = file.expected.no_header && first.done.status !== 'completed';
      if (isSilent) return expect(await contactsOf(campaign.id)).toEqual([]);
      const outcome = file.expected.needs_mapping ? await send(path, file, way, mappingOf(file.expected)) : first;
      expectTotals(file.expected, outcome);
      expectReading(file.expected, outcome.done.found!);
      const contacts = await contactsOf(campaign.id);
      if (way === 'dry') expect(contacts).toEqual([]);
      else expectPeople(file.expected, outcome, contacts);
    });

    it.each(WAYS)('as a do-not-call list: %s', async (way) => {
      await forgetListed();
      const { done, rows } = await send('/dnc/imports', file, way);
      const { rows_read, do_not_call } = file.expected;
      expect([done.status, done.rows_read, rowsOf(rows, 'invalid')]).toEqual([
        'completed',
        rows_read,
        do_not_call.rows_not_listed,
      ]);
      expectColumns(file.expected, done.found!);
      const listed = await listedNumbers();
      if (way === 'dry') return expect(listed).toEqual([]);
      expect(do_not_call.listed.filter((number) => !listed.includes(number))).toEqual([]);
      expect(do_not_call.never_listed.filter((number) => listed.includes(number))).toEqual([]);
    });

    async function send(path: string, { bytes, expected }: ExpectedFile, way: Way, mapping?: string): Promise<Outcome> {
      const query = { default_country: expected.default_country, ...(mapping === undefined ? {} : { mapping }) };
      const { done, tries } = await context.import(tenant.client, { path, bytes, query }, way);
      if (way === 'cut') expect(tries).toBeGreaterThan(done.rows_read);
      return { done, rows: await context.rowsOf(done.id) };
    }

    /** Expects the import to ask which column is the telephone, and to add no contact. */
    async function expectQuestion(campaignId: string, { done }: Outcome): Promise<void> {
      expect([done.status, done.problem_code]).toContain('needs_mapping');
      expect(done).toMatchObject({ created: 0, suppressed: 0 });
      expect(await contactsOf(campaignId)).toEqual([]);
    }

    async function contactsOf(campaignId: string): Promise<Contact[]> {
      const path = `/campaigns/${campaignId}/contacts?page_size=100`;
      return (await tenant.client.get<{ items: Contact[] }>(path)).body.items;
    }

    async function listedNumbers(): Promise<string[]> {
      const entries = await context.database.query<{ phone_number: string }>(
        'SELECT phone_number FROM dnc_entries WHERE tenant_id = $1',
        [tenant.id],
      );
      return entries.map(({ phone_number }) => phone_number);
    }

    async function forgetListed(): Promise<void> {
      await context.database.query('DELETE FROM dnc_entries WHERE tenant_id = $1', [tenant.id]);
    }
  });
});

function mappingOf({ mapping }: Expectation): string {
  const fields = Object.entries(mapping).map(([field, names]) => [field, names.length === 1 ? names[0] : names]);
  return JSON.stringify(Object.fromEntries(fields));
}

function rowsOf(rows: readonly NamedRow[], verdict: string): number[] {
  return rows.filter((one) => one.verdict === verdict).map(({ row }) => row);
}

/** Rows that the expectation leaves open, and that the import rejected. */
function refusedOf({ may_be_refused = [] }: Expectation, rows: readonly NamedRow[]): number[] {
  const invalid = rowsOf(rows, 'invalid');
  return may_be_refused.filter((row) => invalid.includes(row));
}

function expectTotals(expected: Expectation, { done, rows }: Outcome): void {
  const refused = refusedOf(expected, rows);
  const accepted = expected.people.filter(({ row }) => !refused.includes(row));
  expect({ ...totalsOf(done), rows: namedRows(rows) }).toEqual({
    status: 'completed',
    problem: null,
    rows_read: expected.rows_read,
    created: accepted.filter(({ suppressed }) => !suppressed).length,
    suppressed: accepted.filter(({ suppressed }) => suppressed).length,
    duplicate_in_file: expected.duplicates.length,
    duplicate_existing: 0,
    invalid: expected.invalid.length + refused.length,
    rows: {
      duplicate_in_file: expected.duplicates,
      invalid: [...expected.invalid.map(({ row }) => row), ...refused].toSorted((a, b) => a - b),
    },
  });
  for (const { row, why } of expected.invalid)
    expect(rows.find((one) => one.row === row)!.reason).toMatch(REASONS[why]);
}

function totalsOf(done: ImportView) {
  const { status, problem, rows_read, created, suppressed, duplicate_in_file, duplicate_existing, invalid } = done;
  return { status, problem, rows_read, created, suppressed, duplicate_in_file, duplicate_existing, invalid };
}

function namedRows(rows: readonly NamedRow[]) {
  return { duplicate_in_file: rowsOf(rows, 'duplicate_in_file'), invalid: rowsOf(rows, 'invalid') };
}

function expectReading(expected: Expectation, found: Findings): void {
  expect(found.delimiter).toBe(expected.delimiter);
  if (expected.encoding !== undefined) expect(found.encoding).toBe(expected.encoding);
  for (const [field, headers] of Object.entries(expected.mapping)) {
    const mapped = [found.mapping[field] ?? []].flat();
    expect([field, headers.filter((header) => !mapped.includes(header))]).toEqual([field, []]);
  }
  const dialed = [found.mapping['phone_number'] ?? []].flat();
  expect(expected.not_telephones.filter((header) => dialed.includes(header))).toEqual([]);
  expect(found.do_not_call_columns ?? []).toEqual(expected.findings.do_not_call_columns);
  expect(found.extensions ?? 0).toBe(expected.findings.extensions ?? 0);
}

function expectColumns({ do_not_call }: Expectation, found: Findings): void {
  const missing = (wanted: readonly string[], given: readonly string[] = []) =>
    wanted.filter((header) => !given.includes(header));
  expect(missing(do_not_call.telephone_columns, found.telephone_columns)).toEqual([]);
  expect(missing(do_not_call.unread_columns, found.unread_columns)).toEqual([]);
}

function expectPeople(expected: Expectation, { rows }: Outcome, contacts: readonly Contact[]): void {
  const refused = refusedOf(expected, rows);
  const people = expected.people.filter(({ row }) => !refused.includes(row));
  expect(contacts.map(({ phone_number }) => phone_number).toSorted()).toEqual(
    people.map(({ phone_number }) => phone_number).toSorted(),
  );
  for (const person of people) {
    const found = contacts.find(({ phone_number }) => phone_number === person.phone_number)!;
    const wanted = contactOf(person);
    expect({ ...found, custom_fields: pick(found.custom_fields, wanted.custom_fields) }).toMatchObject(wanted);
  }
}

function pick(given: Readonly<Record<string, unknown>>, like: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.keys(like).map((key) => [key, given[key]]));
}

function contactOf({ row: _row, suppressed, phone_extension, custom_fields, ...fields }: ExpectedPerson) {
  const extension = phone_extension === undefined ? {} : { phone_extension };
  return {
    ...fields,
    status: suppressed ? 'suppressed' : 'pending',
    custom_fields: { ...custom_fields, ...extension },
  };
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_COLUMNS } from '#csv/open-table.js';
import type { ApiClient, Answer } from '../support/api-client.js';
import { ImportContext } from '../support/import-context.js';
import { createCampaign, dramaNumber } from '../support/running-api.js';

type Fields = Record<string, unknown>;
type Problem = Answer<{ errors: { field: string; message: string }[] }>;

const MANY = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, n]));

/** Custom fields that no contact may have, named by what exceeds the limit. */
const TOO_MUCH: [what: string, fields: Fields, message: RegExp][] = [
  ['101 fields', { ...MANY, one_more: 1 }, /^must be 100 fields at most/],
  ['a megabyte of text', { note: 'x'.repeat(900_000) }, /^must be 16384 bytes of JSON at most/],
  ['16,385 bytes in letters of two', { note: 'é'.repeat(8_188) }, /^must be 16384 bytes/],
  ['a long name', { ['n'.repeat(17_000)]: 1 }, /^must be 16384 bytes/],
  ['much inside of one field', { list: Array.from({ length: 900 }, () => 'twenty letters, each') }, /^must be 16384/],
  ['short numbers that are stored long', { list: Array.from({ length: 100 }, () => 1e300) }, /^must be 16384 bytes/],
  ['fractions that are stored long', { list: Array.from({ length: 100 }, () => 1e-300) }, /^must be 16384 bytes/],
];

const MOST: [what: string, fields: Fields][] = [
  ['100 fields', MANY],
  ['16,384 bytes', { n: 'é'.repeat(8_188) }],
];

describe('Custom fields are bounded by every way in', () => {
  let context: ImportContext;
  let client: ApiClient;
  let path: string;
  let next = 0;
  beforeAll(async () => {
    context = await ImportContext.open();
    ({ client } = await context.newTenant());
    path = `/campaigns/${(await createCampaign(client)).id}/contacts`;
  });
  afterAll(() => context.close());

  const add = (custom_fields: Fields, phone_number = dramaNumber(next++)) =>
    client.post<{ contact: { id: string; custom_fields: Fields } }>(path, { phone_number, custom_fields });
  const importFile = async (text: string, query: Record<string, string> = {}) => {
    const file = { path: path.replace('contacts', 'imports'), bytes: Buffer.from(text), query };
    return (await context.import(client, file, 'whole')).done;
  };
  const storedOf = async (number: string) => {
    const text = `SELECT custom_fields FROM leads WHERE phone_number = $1`;
    return (await context.database.query<{ custom_fields: Fields }>(text, [number]))[0]?.custom_fields;
  };

  it.each(TOO_MUCH)('a contact with %s is refused', async (_, fields, message) => {
    const { status, body } = (await add(fields)) as unknown as Problem;
    expect([status, body.errors]).toEqual([422, [{ field: 'custom_fields', message: expect.stringMatching(message) }]]);
  });

  it.each(MOST)('a contact with %s is taken as it is', async (_, fields) => {
    const { status, body } = await add(fields);
    expect([status, body.contact.custom_fields]).toEqual([201, fields]);
  });

  it.each(TOO_MUCH)('of a bulk, the contact with %s is invalid by itself', async (_, fields, message) => {
    const contacts = [fields, { plan: 'gold' }].map((custom_fields) => ({
      phone_number: dramaNumber(next++),
      custom_fields,
    }));
    const { status, body } = await client.post<{ results: Fields[] }>(`${path}/bulk`, { contacts });
    expect([status, body.results.map((one) => one['status'])]).toEqual([200, ['invalid', 'created']]);
    expect(String(body.results[0]!['detail']).replace(/^.*custom_fields:? /, '')).toMatch(message);
  });

  it.each(TOO_MUCH)('a contact cannot be changed to have %s', async (_, fields, message) => {
    const { body: added } = await add({});
    const { status, body } = (await client.patch(`${path}/${added.contact.id}`, {
      custom_fields: fields,
    })) as unknown as Problem;
    expect([status, body.errors[0]!.message]).toEqual([422, expect.stringMatching(message)]);
  });

  it('an extension of the number counts as the field that it becomes', async () => {
    const number = dramaNumber(next++);
    const refused = (await add(MANY, `${number} x12`)) as unknown as Problem;
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ field: 'custom_fields', message: expect.stringMatching(/100 fields at most.*phone_extension/) }],
    ]);
    const { f99: _left, ...fewer } = MANY;
    expect((await add(fewer, `${number} x12`)).body.contact.custom_fields).toEqual({ ...fewer, phone_extension: '12' });
  });

  it('a contact that was removed does not come back with more', async () => {
    const number = dramaNumber(next++);
    const { body } = await add({ plan: 'gold' }, number);
    await client.delete(`${path}/${body.contact.id}`);
    expect((await add(TOO_MUCH[0]![1], number)).status).toBe(422);
    expect(await storedOf(number)).toEqual({ plan: 'gold' });
  });

  it('a file of 100,000 columns is refused, and one of as many as are read keeps a hundred of them', async () => {
    const header = (columns: number) => Array.from({ length: columns }, (_, n) => `c${n}`).join(',');
    expect(await importFile(`phone,${header(100_000)}\n${dramaNumber(next)},${header(100_000)}\n`)).toMatchObject({
      status: 'failed',
      problem_code: 'too_many_columns',
      created: 0,
    });
    const number = dramaNumber(next++);
    const wide = header(MOST_COLUMNS - 1);
    expect(await importFile(`phone,${wide}\n${number},${wide}\n`)).toMatchObject({ created: 1 });
    expect(Object.keys((await storedOf(number))!)).toHaveLength(100);
  });

  it("a file that updates, and an export's column of JSON, bring no more either", async () => {
    const number = dramaNumber(next++);
    await add({ kept: 'x'.repeat(10_000) }, number);
    const longer = await importFile(`phone,more\n${number},${'y'.repeat(10_000)}\n`, { on_duplicate: 'update' });
    expect(longer).toMatchObject({ updated: 1 });
    expect(await storedOf(number)).toEqual({ kept: 'x'.repeat(10_000) });
    const other = dramaNumber(next++);
    const numbers = JSON.stringify({ short: 1, long: Array.from({ length: 100 }, () => 1e300) });
    const cell = `"${numbers.replaceAll('"', '""')}"`;
    expect(await importFile(`phone_number,custom_fields\n${other},${cell}\n`)).toMatchObject({ created: 1 });
    expect(await storedOf(other)).toEqual({ short: 1 });
  });
});

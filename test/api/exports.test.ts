import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellText } from '#csv/mapping.js';
import { openTable } from '#csv/open-table.js';
import type { ApiClient } from '../support/api-client.js';
import { ImportContext } from '../support/import-context.js';
import { asCsv, asSheet, hasLibreOffice } from '../support/libre-office.js';
import { createCampaign, dramaNumber } from '../support/running-api.js';

const FIELDS: Readonly<Record<string, unknown>> = {
  plan: 'gold',
  seats: 3,
  ratio: 1.5,
  vip: true,
  note: null,
  address: { city: 'Paris', lines: ['a,=1', -2] },
  'Order number': '007',
  serial: '12345678901234567890',
  exponent: '1E5',
  truth: 'TRUE',
  day: '1-2',
  status: 'mine',
  email: 'other@example.com',
  Mobile: '+442079460999',
  'custom_fields.plan': 'silver',
  '=HYPERLINK("http://a")': '=HYPERLINK("http://a")',
  'a;=1': 'no header can hold it',
  blank: '  x ',
  empty: '',
  lost: '\uFFFD',
};

const NAMES = [
  'Ada',
  'say "hi", Ada; yes',
  'two\nlines',
  'two\r\n=1+1',
  '=HYPERLINK("http://a")',
  '+1+cmd|x',
  '-1-1',
  '@SUM(1)',
  'x;=1+1',
  '\uFEFF=1+1',
  '＝1+1',
  '😀 Zoë',
  'שלום \u202E=1',
  '007',
  '12345678901234567890',
  '1E5',
  'TRUE',
  '1-2',
  "'quoted",
  "''",
  '5 mai',
];

/** Rows of a table, by the headers of their cells. */
async function rowsOf(bytes: Buffer): Promise<Readonly<Record<string, string>>[]> {
  const table = await openTable(
    (async function* () {
      yield await Promise.resolve(bytes);
    })(),
  );
  const all: Record<string, string>[] = [];
  for await (const rows of table.rows(1_000))
    all.push(
      ...rows.map(({ cells }) => Object.fromEntries(table.header.map((name, n) => [name, cellText(cells[n]) ?? '']))),
    );
  return all;
}

type Contact = Readonly<Record<string, unknown>>;

/** Fields that an import sets. */
function told({ phone_number, first_name, last_name, email, timezone, custom_fields }: Contact): Contact {
  return { phone_number, first_name, last_name, email, timezone, custom_fields };
}

/** An import drops outer spaces of names. */
function withoutOuterSpaces(contact: Contact): Contact {
  return { ...contact, last_name: (contact['last_name'] as string).trim() };
}

describe('Exports', () => {
  let context: ImportContext;
  let client: ApiClient;
  let source: string;
  beforeAll(async () => {
    context = await ImportContext.open();
    client = (await context.newTenant()).client;
    source = (await createCampaign(client)).id;
    const contacts = NAMES.map((last_name, n) => ({
      phone_number: dramaNumber(n),
      first_name: `${n}`,
      last_name,
      ...(n === 0 ? { email: 'ada@example.com', timezone: 'Europe/London' } : {}),
      custom_fields: n === 0 ? FIELDS : { name: last_name, n, ...(n % 2 ? { plan: 'basic' } : {}) },
    }));
    const { body } = await client.post<{ created: number }>(`/campaigns/${source}/contacts/bulk`, { contacts });
    if (body.created !== NAMES.length) throw new Error(`Contacts were not all added: ${JSON.stringify(body)}`);
  });
  afterAll(() => context.close());

  const bytesOf = async (path: string) => {
    const headers = { authorization: `Bearer ${client.token}` };
    const response = await fetch(`${client.origin}/api/v1${path}`, { headers });
    expect(response.status).toBe(200);
    return Buffer.from(await response.arrayBuffer());
  };
  const contactsCsv = (campaignId: string, query = '') => bytesOf(`/campaigns/${campaignId}/contacts.csv${query}`);

  describe.each(['?for=import', '', '?for=excel', '?for=excel&delimiter=;', '?delimiter=tab', '?delimiter=|'])(
    'as contacts.csv%s',
    (query) => {
      it('come back by an import: everybody, in the same order, with all fields and their types', async () => {
        const { id } = await createCampaign(client);
        const bytes = await contactsCsv(source, query);
        const sent = { path: `/campaigns/${id}/imports`, bytes, query: {} };
        const { done } = await context.import(client, sent, 'whole');
        expect(done).toMatchObject({ status: 'completed', created: NAMES.length, rows_read: NAMES.length });
        expect(await context.rowsOf(done.id)).toEqual([]);
        const list = async (campaignId: string) =>
          (
            await client.get<{ items: Record<string, unknown>[] }>(
              `/campaigns/${campaignId}/contacts?sort=created_at&page_size=100`,
            )
          ).body.items;
        expect((await list(id)).map(told)).toEqual((await list(source)).map(told).map(withoutOuterSpaces));
        expect(await contactsCsv(id, '?for=import')).toEqual(await contactsCsv(source, '?for=import'));
      });

      it('hold no formula, whichever sign a program takes for the separator', async () => {
        const text = (await contactsCsv(source, query)).toString('utf8');
        expect(text.startsWith('\uFEFF')).toBe(query.includes('excel'));
        const formulas = [',', ';', '\t', '|'].flatMap((separator) =>
          text.split(/\r|\n/).flatMap((line) => line.split(separator)),
        );
        // A number is none, nor one before a quote: that is written so in no formula.
        const isRun = (cell: string) =>
          /^["\s\p{Cf}\p{Cc}]*[=+\-@＝]/u.test(cell) && !/^"?\t?[+-]\d+(?:\.\d+)?(?:$|")/.test(cell);
        expect(formulas.filter(isRun)).toEqual([]);
      });
    },
  );

  it('say in the findings of an import which columns are ours', async () => {
    const { id } = await createCampaign(client);
    const sent = { path: `/campaigns/${id}/imports`, bytes: await contactsCsv(source, '?for=excel'), query: {} };
    const { done } = await context.import(client, sent, 'dry');
    expect(done.found).toMatchObject({
      mapping: { phone_number: 'phone_number', email: 'email' },
      ignored_columns: [
        'id',
        'status',
        'outcome',
        'call_attempts',
        'last_called_at',
        'next_attempt_at',
        'block_code',
        'created_at',
      ],
    });
  });

  it('are read with what was typed into them since, and with JSON that cannot be stored kept as text', async () => {
    const { id } = await createCampaign(client);
    const cells: [typed: string, json: string][] = [
      ['3', '{"seats":3}'],
      ['4', '{"seats":3}'],
      ['', '{"seats":3,"plan":"gold"}'],
      ['', '["x"]'],
      ['', '{"x":"\\u0000"}'],
      ['', '{"x":9007199254740993}'],
      ['', `{"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
      ['', '{"__proto__":{"x":1},"y":null}'],
    ];
    const lines = cells.map(([typed, json], n) => `${dramaNumber(n)},${typed},"${json.replaceAll('"', '""')}",x`);
    const bytes = Buffer.from(['phone_number,seats,custom_fields,custom_fields.Mobile', ...lines].join('\n'));
    const { done } = await context.import(client, { path: `/campaigns/${id}/imports`, bytes, query: {} }, 'whole');
    expect(done).toMatchObject({ status: 'completed', created: cells.length });
    const kept = 'custom_fields: is no JSON object that can be stored as it is, and is kept as text';
    expect((await context.rowsOf(done.id)).map(({ row, reason }) => [row, reason])).toEqual(
      [5, 6, 7, 8].map((row) => [row, kept]),
    );
    const rows = await context.database.query<{ fields: string }>(
      'SELECT custom_fields::text AS fields FROM leads WHERE campaign_id = $1 ORDER BY created_at',
      [id],
    );
    const fields = rows.map((row) => JSON.parse(row.fields) as unknown);
    expect(fields.slice(0, 3)).toEqual([
      { seats: 3, Mobile: 'x' },
      { seats: '4', Mobile: 'x' },
      { plan: 'gold', Mobile: 'x' },
    ]);
    expect(fields.slice(3, 7)).toEqual(cells.slice(3, 7).map(([, json]) => ({ custom_fields: json, Mobile: 'x' })));
    expect(JSON.stringify(fields[7])).toBe('{"y":null,"Mobile":"x","__proto__":{"x":1}}');
  });

  it('give a column to each custom field, and to no more than 200', async () => {
    const header = (await contactsCsv(source)).toString('utf8').split('\r\n', 1)[0]!;
    for (const column of ['plan', 'seats', 'custom_fields.status', 'custom_fields.email', 'custom_fields.Mobile', 'n'])
      expect(header.split(',')).toContain(column);
    const { id } = await createCampaign(client);
    const fields = (from: number) =>
      Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`field ${1000 + from + n}`, 'x']));
    const contacts = [0, 0, 90, 180].map((from, n) => ({ phone_number: dramaNumber(n), custom_fields: fields(from) }));
    await client.post(`/campaigns/${id}/contacts/bulk`, { contacts });
    const [columns, first, , , last] = (await contactsCsv(id, '?for=import')).toString('utf8').split('\r\n');
    expect(columns!.split(',')).toHaveLength(5 + 200 + 1);
    expect(columns).toContain(',field 1000,');
    expect(first).toMatch(/,x,$|,,$/);
    expect(last).toContain('{""field 1200"":""x"",');
  });

  it('show a number and a zero whole, with a mark, in calls and rows of an import', async () => {
    await context.database.query(
      `INSERT INTO imports (tenant_id, kind, status, finished_at) SELECT tenant_id, 'dnc', 'completed', now()
        FROM campaigns WHERE id = $1`,
      [source],
    );
    const [made] = await context.database.query<{ id: string }>(
      `SELECT id FROM imports WHERE kind = 'dnc' ORDER BY created_at DESC LIMIT 1`,
    );
    await context.database.query(
      `INSERT INTO import_rows (import_id, row, verdict, value, reason) VALUES ($1, 2, 'invalid', '007', '=1')`,
      [made!.id],
    );
    expect((await bytesOf(`/imports/${made!.id}/rows.csv?for=excel&delimiter=;`)).toString('utf8')).toBe(
      `\uFEFFrow;verdict;value;reason\r\n2;invalid;"\t007";'=1\r\n`,
    );
    expect((await bytesOf('/calls.csv?for=excel')).toString('utf8')).toMatch(/^\uFEFFid,campaign_id,/);
  });

  it.each([
    ['contacts.csv?for=word', 'for'],
    ['contacts.csv?delimiter=x', 'delimiter'],
    ['contacts.ndjson?for=excel', 'for'],
  ])('refuse %s', async (query, field) => {
    const { status, body } = await client.get<{ errors: { field: string }[] }>(`/campaigns/${source}/${query}`);
    expect([status, body.errors.map((one) => one.field)]).toEqual([422, [field]]);
  });

  it('of calls are not for an import', async () => {
    const { status, body } = await client.get<{ errors: { field: string }[] }>('/calls.csv?for=import');
    expect([status, body.errors.map((one) => one.field)]).toEqual([422, ['for']]);
  });

  // By hand: `apt-get install --no-install-recommends libreoffice-calc-nogui` (280 MB), then this file again.
  describe.skipIf(!hasLibreOffice())('opened in LibreOffice (skipped where `soffice` is not installed)', () => {
    it('have every number and name whole, as text, and nothing is computed', async () => {
      const bytes = await contactsCsv(source, '?for=excel');
      const sheet = await asSheet(bytes);
      expect(sheet).not.toContain('table:formula');
      const rows = await rowsOf(Buffer.from(await asCsv(bytes)));
      const lastNames = rows.map((row) => row['last_name']!.replaceAll('\r\n', '\n'));
      expect(rows.map((row) => row['phone_number'])).toEqual(NAMES.map((_, n) => dramaNumber(n)));
      expect(lastNames).toEqual(NAMES.map((name) => name.trim().replaceAll('\r\n', '\n')));
      expect(rows[0]).toMatchObject({
        'Order number': '007',
        serial: '12345678901234567890',
        exponent: '1E5',
        truth: 'TRUE',
        day: '1-2',
        seats: '3',
        ratio: '1.5',
        vip: 'true',
        'custom_fields.Mobile': '+442079460999',
        'custom_fields.=HYPERLINK("http://a")': '=HYPERLINK("http://a")',
      });
    }, 300_000);
  });
});

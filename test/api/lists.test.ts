import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import {
  createCampaign,
  dramaNumber,
  newAdmin,
  startApiWithDatabase,
  type ApiWithDatabase,
} from '../support/running-api.js';
import type { TestDatabase } from '../support/test-database.js';

interface Item {
  readonly id: string;
  readonly phone_number: string;
  readonly [field: string]: unknown;
}

interface List {
  readonly items: readonly Item[];
  readonly total: number;
  readonly next_cursor: string | null;
}

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Mary Jackson', '50% off_er', '=cmd()'];

describe('Lists and exports', () => {
  let database: TestDatabase;
  let api: ApiWithDatabase;
  let client: ApiClient;
  let campaignId: string;
  beforeAll(async () => {
    api = await startApiWithDatabase();
    ({ database } = api);
    client = await newAdmin(api.client);
    campaignId = (await createCampaign(client)).id;
    for (const [n, name] of NAMES.entries()) {
      const [first_name, last_name] = name.split(' ');
      const contact = { phone_number: dramaNumber(n), first_name, last_name, custom_fields: { n } };
      await client.post(`/campaigns/${campaignId}/contacts`, contact);
    }
    await database.query(
      `UPDATE leads SET status = 'exhausted', outcome = 'busy', call_attempts = 3
       WHERE campaign_id = $1 AND phone_number = $2`,
      [campaignId, dramaNumber(1)],
    );
  });
  afterAll(() => api.close());

  const list = async (query = '') => (await client.get<List>(`/campaigns/${campaignId}/contacts${query}`)).body;
  const numbersOf = ({ items }: List) => items.map(({ phone_number }) => Number(phone_number.slice(-3)));

  it.each([
    ['', [4, 3, 2, 1, 0]],
    ['?sort=created_at', [0, 1, 2, 3, 4]],
    ['?sort=-phone_number', [4, 3, 2, 1, 0]],
    ['?status=exhausted', [1]],
    ['?status=exhausted,pending', [4, 3, 2, 1, 0]],
    ['?outcome=busy,reached', [1]],
    ['?min_attempts=1', [1]],
    ['?max_attempts=0', [4, 3, 2, 0]],
    ['?min_attempts=1&max_attempts=2', []],
    ['?q=LOVE', [0]],
    ['?q=grace%20hop', [1]],
    ['?q=%25', [3]],
    ['?q=_', [3]],
    ['?q=020%207946', []],
    ['?q=7946%200002', [2]],
    ['?created_from=2001-01-01T00:00:00Z&created_to=2099-01-01T00:00:00Z', [4, 3, 2, 1, 0]],
    ['?created_to=2001-01-01T00:00:00Z', []],
    ['?status=pending&q=a&sort=created_at', [0, 2]],
  ])('contacts%s', async (query, numbers) => {
    const found = await list(query);
    expect(numbersOf(found)).toEqual(numbers);
    expect(found.total).toBe(numbers.length);
  });

  it.each([
    '?status=removed',
    '?status=nothing',
    '?sort=name',
    '?min_attempts=x',
    '?created_from=yesterday',
    '?q=',
    '?cursor=x',
    '?colour=red',
    '?q=%00',
  ])('contacts%s is refused by name', async (query) => {
    const { status, body } = await client.get<{ errors: { field: string }[] }>(
      `/campaigns/${campaignId}/contacts${query}`,
    );
    expect([status, body.errors[0]?.field]).toEqual([422, query.slice(1).split('=')[0]]);
  });

  it.each(['created_at', '-created_at', 'phone_number', '-phone_number'])(
    'a cursor walks through all, sorted by %s',
    async (sort) => {
      const seen: number[] = [];
      for (let cursor = ''; ;) {
        const page = await list(`?sort=${sort}&page_size=2${cursor}`);
        seen.push(...numbersOf(page));
        if (page.next_cursor === null) break;
        cursor = `&cursor=${page.next_cursor}`;
      }
      expect(seen).toEqual(sort.startsWith('-') ? [4, 3, 2, 1, 0] : [0, 1, 2, 3, 4]);
      const { next_cursor } = await list(`?sort=${sort}&page_size=2`);
      const other = sort === 'created_at' ? '-created_at' : 'created_at';
      const answer = await client.get(`/campaigns/${campaignId}/contacts?sort=${other}&cursor=${next_cursor}`);
      expect(answer.status).toBe(422);
    },
  );

  it.each([
    ['created_at', ['created_at', '2026-02-30 00:00:00+00', '00000000-0000-4000-8000-000000000000']],
    ['created_at', ['created_at', '2026-02-20 25:00:00+00', '00000000-0000-4000-8000-000000000000']],
    ['created_at', ['created_at', '2026-02-20 00:00:00+00', 'nobody']],
    ['phone_number', ['phone_number', "' OR 1=1", '00000000-0000-4000-8000-000000000000']],
    ['phone_number', { toString: 1 }],
  ])('a cursor that was made up is refused, sorted by %s: %j', async (sort, made) => {
    const cursor = Buffer.from(JSON.stringify(made)).toString('base64url');
    expect((await client.get(`/campaigns/${campaignId}/contacts?sort=${sort}&cursor=${cursor}`)).status).toBe(422);
  });

  it('a contact by itself, changed, and not by strangers', async () => {
    const [first] = (await list('?sort=created_at')).items;
    const path = `/campaigns/${campaignId}/contacts/${first!.id}`;
    expect((await client.get(path)).body).toMatchObject({ contact: { phone_number: dramaNumber(0) } });
    const changed = await client.patch(path, { email: 'ada@example.org', timezone: 'Asia/Kathmandu' });
    expect(changed.body).toMatchObject({
      contact: { first_name: 'Ada', email: 'ada@example.org', timezone: 'Asia/Kathmandu', custom_fields: { n: 0 } },
    });
    expect((await client.get(`${path}/eligibility`)).body).toMatchObject({
      hours: { zones: [{ zone: 'Asia/Kathmandu' }] },
    });
    await client.patch(path, { timezone: null, custom_fields: null });
    expect((await client.get(`${path}/eligibility`)).body).toMatchObject({
      hours: { zones: [{ zone: 'Europe/London' }] },
    });
    expect((await client.get(path)).body).toMatchObject({ contact: { custom_fields: {}, first_name: 'Ada' } });
    for (const body of [
      { phone_number: dramaNumber(9) },
      { email: 'x' },
      { timezone: 'Mars/Base' },
      { status: 'pending' },
    ]) {
      expect((await client.patch(path, body)).status).toBe(422);
    }
    const stranger = await newAdmin(api.client);
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.patch(path, { first_name: 'x' })).status).toBe(404);
    await client.patch(path, { custom_fields: { n: 0 } });
  });

  it('contacts as CSV: formulas are harmless, an import of it finds everybody; as NDJSON: a line each', async () => {
    const { body, headers } = await client.get<string>(`/campaigns/${campaignId}/contacts.csv?status=pending`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = body.trim().split('\r\n');
    expect(lines[0]).toMatch(/^id,phone_number,first_name,/);
    expect(lines).toHaveLength(5);
    expect(lines[4]).toContain(`,'=cmd(),`);
    const ndjson = (await client.get<string>(`/campaigns/${campaignId}/contacts.ndjson`)).body;
    const rows = ndjson
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Item);
    expect(rows.map(({ custom_fields }) => (custom_fields as { n: number }).n)).toEqual([0, 1, 2, 3, 4]);
    expect((await (await newAdmin(api.client)).get(`/campaigns/${campaignId}/contacts.csv`)).status).toBe(404);
  });

  it('exports of more than one batch have everything once', async () => {
    const { id } = await createCampaign(client);
    await database.query(
      `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key)
       SELECT tenant_id, id, number, number FROM campaigns, generate_series(1, 2500) n,
         LATERAL (SELECT '+4479' || lpad(n::text, 8, '0') AS number) numbered WHERE id = $1`,
      [id],
    );
    const ndjson = (await client.get<string>(`/campaigns/${id}/contacts.ndjson`)).body;
    const numbers = ndjson
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Item).phone_number);
    expect([numbers.length, new Set(numbers).size]).toEqual([2_500, 2_500]);
  });

  it('calls: filtered by campaign, contact, outcome and time, and as a file', async () => {
    const [lead] = (await list('?status=exhausted')).items;
    await database.query(
      `WITH job AS (INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status, finished_at)
         SELECT tenant_id, campaign_id, id, phone_number, 'failed', now()
         FROM leads, generate_series(1, 3) WHERE id = $1 RETURNING *)
       INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key, status,
         outcome, provider, created_at)
       SELECT tenant_id, campaign_id, lead_id, id, n, phone_number, phone_number, 'busy', 'busy', 'obedient',
         now() - n * interval '1 day'
       FROM (SELECT *, row_number() OVER () AS n FROM job) job`,
      [lead!.id],
    );
    const calls = async (query: string) => (await client.get<List>(`/calls${query}`)).body;
    expect((await calls(`?campaign_id=${campaignId}`)).total).toBe(3);
    expect((await calls(`?contact_id=${lead!.id}&outcome=busy&status=busy`)).total).toBe(3);
    expect((await calls(`?outcome=reached`)).total).toBe(0);
    const from = new Date(Date.now() - 2.5 * 86_400_000).toISOString();
    expect((await calls(`?created_from=${from}`)).total).toBe(2);
    const first = await calls('?page_size=2');
    const second = await calls(`?page_size=2&cursor=${first.next_cursor}`);
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(3);
    const { body } = await client.get<string>(`/calls.csv?campaign_id=${campaignId}`);
    expect(body.trim().split('\r\n')).toHaveLength(4);
    expect((await client.get(`/calls?campaign_id=1`)).status).toBe(422);
    expect((await (await newAdmin(api.client)).get<string>('/calls.ndjson')).body).toBe('');
  });
});

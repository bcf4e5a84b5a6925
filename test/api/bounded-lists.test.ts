import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sql } from '#database/connection/sql.js';
import { listCampaigns, type CampaignPage } from '#database/statements/campaigns/list-campaigns.js';
import { listTelephonyAccounts } from '#database/statements/telephony/telephony-accounts.js';
import type { ApiClient } from '../support/api-client.js';
import {
  createCampaign,
  dramaNumber,
  register,
  startApiWithDatabase,
  type ApiWithDatabase,
} from '../support/running-api.js';

interface Campaigns {
  readonly campaigns: readonly { id: string; name: string; system_prompt?: string }[];
  readonly left_out: readonly string[];
  readonly page_size: number;
  readonly total: number;
  readonly next_cursor: string | null;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { $ref?: string; name: string; schema: { maximum?: number } }[];
  readonly responses: Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }>;
}

/** Lists in answers to reads that have no pages, and what bounds them. */
const WITHOUT_PAGES: Readonly<Record<string, string>> = {
  'getCampaignDiagnostics blocked_by': 'one entry a code',
  'getContactEligibility verdicts': 'one entry a gate',
  'getCallTranscript turns': 'a conversation has 500 turns, and what a provider tells of one has 1 MiB',
  'readyz hints': 'one entry a check',
};

/** Options with which processes connect: see `PLANS_THAT_LAST`. */
const SETTINGS = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';

const INSERT = `
  INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id, created_at, is_test)
  SELECT $1, n::text, repeat($3, $4::int), 'aria', now() - n * interval '1 minute', n % 2 = 0
  FROM generate_series(1, $2::int) n`;

describe('Lists have bounds', () => {
  let api: ApiWithDatabase;
  beforeAll(async () => {
    api = await startApiWithDatabase();
  });
  afterAll(() => api.close());

  async function newTenant(): Promise<{ client: ApiClient; tenantId: string }> {
    const { access_token, user } = await register(api.client);
    return { client: api.client.as(access_token), tenantId: user.tenant_id };
  }

  /**
   * Creates a tenant with `count` campaigns, named 1 for the newest and so on. Each prompt is `letter`, `length` times.
   */
  async function withCampaigns(count: number, letter = 'x', length = 1): Promise<ApiClient> {
    const { client, tenantId } = await newTenant();
    await api.database.query(INSERT, [tenantId, count, letter, length]);
    return client;
  }

  const list = async (client: ApiClient, query = '') => (await client.get<Campaigns>(`/campaigns${query}`)).body;

  async function walk(client: ApiClient, query: string): Promise<{ names: number[]; pages: Campaigns[] }> {
    const pages: Campaigns[] = [];
    for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)!.next_cursor)
      pages.push(await list(client, `${query}${cursor === '' ? '' : `&cursor=${cursor}`}`));
    return { names: pages.flatMap(({ campaigns }) => campaigns.map(({ name }) => Number(name))), pages };
  }

  const upTo = (most: number, step = 1) => Array.from({ length: most / step }, (_, n) => 1 + n * step);

  describe('of campaigns', () => {
    it('are the newest hundred where nobody asks for more, with the way to the others', async () => {
      const client = await withCampaigns(250);
      const first = await list(client);
      expect(first.campaigns.map(({ name }) => Number(name))).toEqual(upTo(100));
      expect(first).toMatchObject({ total: 250, page_size: 100, left_out: [], next_cursor: expect.any(String) });
      expect((await walk(client, '?page_size=100')).names).toEqual(upTo(250));
      expect((await walk(client, '?page_size=70')).pages).toHaveLength(4);
      expect(await list(client, '?page_size=250')).toMatchObject({ next_cursor: null });
    });

    it('miss and repeat nothing while campaigns are added', async () => {
      const client = await withCampaigns(4);
      const first = await list(client, '?page_size=2');
      await createCampaign(client, { name: '0' });
      const second = await list(client, `?page_size=2&cursor=${first.next_cursor}`);
      expect([...first.campaigns, ...second.campaigns].map(({ name }) => name)).toEqual(['1', '2', '3', '4']);
      expect(second.next_cursor).toBeNull();
    });

    it('count and go on within what is asked for', async () => {
      const client = await withCampaigns(10);
      const { names, pages } = await walk(client, '?page_size=3&is_test=false');
      expect([names, pages[0]!.total]).toEqual([upTo(10, 2), 5]);
    });

    it.each(['page_size=501', 'page_size=0', 'page_size=x', 'cursor=x', 'include=name', 'include=', 'page=1'])(
      'are refused for %s, by name',
      async (query) => {
        const { client } = await newTenant();
        const { status, body } = await client.get<{ errors: { field: string }[] }>(`/campaigns?${query}`);
        expect([status, body.errors[0]?.field]).toEqual([422, query.split('=')[0]]);
      },
    );

    it("are refused with another list's cursor", async () => {
      const { client, tenantId } = await newTenant();
      await api.database.query(`INSERT INTO user_profiles (tenant_id, email) VALUES ($1, $2)`, [
        tenantId,
        `${tenantId}@example.com`,
      ]);
      const { body } = await client.get<{ next_cursor: string }>('/users?page_size=1');
      expect((await client.get(`/campaigns?cursor=${body.next_cursor}`)).status).toBe(422);
    });

    it.each([
      ['shown up to 100 kB together', 100, 'x', 1_000, true],
      ['left out beyond', 100, 'x', 1_001, false],
      ['measured in bytes, not letters', 100, 'é', 501, false],
      ['judged by their page, not by what follows', 101, 'x', 1_000, true],
    ])('have prompts that are %s', async (_, count, letter, length, isShown) => {
      const client = await withCampaigns(count, letter, length);
      const { campaigns, left_out } = await list(client);
      expect(left_out).toEqual(isShown ? [] : ['system_prompt']);
      expect(new Set(campaigns.map(({ system_prompt }) => system_prompt))).toEqual(
        new Set([isShown ? letter.repeat(length) : undefined]),
      );
      expect(campaigns.every((campaign) => 'system_prompt' in campaign === isShown)).toBe(true);
    });

    it('show prompts to who asks for them, and end a page before it is larger than 10 MB', async () => {
      const client = await withCampaigns(120, 'é', 100_000);
      const { names, pages } = await walk(client, '?page_size=100&include=system_prompt');
      expect([names, pages.map(({ campaigns }) => campaigns.length)]).toEqual([upTo(120), [50, 50, 20]]);
      expect(pages.every(({ campaigns }) => campaigns.every((one) => one.system_prompt?.length === 100_000))).toBe(
        true,
      );
      expect(pages.flatMap(({ left_out }) => left_out)).toEqual([]);
      const { campaigns } = await list(client);
      expect(campaigns).toHaveLength(100);
      const one = await client.get<{ campaign: { system_prompt: string } }>(`/campaigns/${campaigns[0]!.id}`);
      expect(one.body.campaign.system_prompt).toHaveLength(100_000);
    });
  });

  it('of telephony accounts, to the last one', async () => {
    const { client, tenantId } = await newTenant();
    await api.database.query(
      `INSERT INTO telephony_accounts (id, tenant_id, name, provider, credentials, hint)
       SELECT gen_random_uuid(), $1, n, 'twilio', 'sealed', 'hint' FROM generate_series(1, 1200) n`,
      [tenantId],
    );
    type Accounts = { telephony_accounts: { id: string }[]; next_cursor: string | null };
    const first = (await client.get<Accounts>('/telephony-accounts')).body;
    const second = (await client.get<Accounts>(`/telephony-accounts?cursor=${first.next_cursor}`)).body;
    const ids = [first, second].flatMap(({ telephony_accounts }) => telephony_accounts.map(({ id }) => id));
    expect([new Set(ids).size, second.next_cursor]).toEqual([1200, null]);
    expect((await client.get('/telephony-accounts?cursor=x')).status).toBe(422);
  });

  it('of imports, also where files have a thousand long headers', async () => {
    const { client, tenantId } = await newTenant();
    const add = (name: string, length: number) =>
      api.database.query(
        `INSERT INTO imports (tenant_id, kind, status, file_name, found)
         VALUES ($1, 'dnc', 'completed', $2, jsonb_build_object('header', jsonb_build_array(repeat('h', $3))))`,
        [tenantId, name, length],
      );
    type Imports = { items: { id: string; found?: unknown }[]; left_out: string[] };
    const read = async () => (await client.get<Imports>('/imports')).body;
    await add('small', 900_000);
    expect(await read()).toMatchObject({ items: [{ found: { header: [expect.any(String)] } }], left_out: [] });
    await add('large', 200_000);
    const { items, left_out } = await read();
    expect([items.map((one) => 'found' in one), left_out]).toEqual([[false, false], ['found']]);
    const { body } = await client.get<{ import: { found: object } }>(`/imports/${items[0]!.id}`);
    expect(body.import.found).toHaveProperty('header');
  });

  it('of campaigns in which a person waits, with how many there are', async () => {
    const { client, tenantId } = await newTenant();
    await api.database.query(INSERT, [tenantId, 250, 'x', 1]);
    const number = dramaNumber(7);
    await api.database.query(
      `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key)
       SELECT tenant_id, id, $2, $3 FROM campaigns WHERE tenant_id = $1 AND NOT is_test`,
      [tenantId, number, await keyOf(client, number)],
    );
    const consent = { phone_number: number, source: 'form', channel: 'web' };
    const given = await client.post<{ campaigns: unknown[]; campaigns_total: number }>('/consents', consent);
    expect([given.status, given.body.campaigns.length, given.body.campaigns_total]).toEqual([201, 100, 125]);
    await client.post('/dnc', { phone_number: number });
    const lifted = await client.delete<{ campaigns: unknown[]; campaigns_total: number }>(`/dnc/${number}`);
    expect([lifted.status, lifted.body.campaigns.length, lifted.body.campaigns_total]).toEqual([200, 100, 125]);
  });

  /** The key under which the API stores a number. */
  async function keyOf(client: ApiClient, phone_number: string): Promise<string> {
    const { id } = await createCampaign(client);
    await client.post(`/campaigns/${id}/contacts`, { phone_number });
    const [row] = await api.database.query<{ number_key: string }>(
      `SELECT number_key FROM leads WHERE campaign_id = $1`,
      [id],
    );
    await api.database.query(`DELETE FROM campaigns WHERE id = $1`, [id]);
    return row!.number_key;
  }

  it('wherever the document has one: by page_size, or by what the answer is made of', async () => {
    const document = (await api.client.get<Document>('//openapi.json')).body;
    const at = <T extends { $ref?: string }>(given: T): T =>
      given.$ref
        ? (given.$ref
            .slice(2)
            .split('/')
            .reduce<unknown>((node, step) => (node as never)[step], document) as T)
        : given;
    const unbounded = Object.values(document.paths).flatMap(({ get }) => {
      const answer = get && at(get.responses['200'] ?? {}).content?.['application/json'];
      if (!get || !answer) return [];
      const sizes = (get.parameters ?? []).map(at).filter(({ name }) => name === 'page_size');
      if (sizes.some(({ schema }) => at(schema as Schema) && (schema.maximum ?? Infinity) <= 1_000)) return [];
      const fields = Object.entries(at(answer.schema).properties ?? {});
      return fields.filter(([, field]) => at(field).type === 'array').map(([name]) => `${get.operationId} ${name}`);
    });
    expect(unbounded.toSorted()).toEqual(Object.keys(WITHOUT_PAGES).toSorted());
  });

  describe('and read no more rows than they show', () => {
    interface PlanNode {
      readonly 'Node Type': string;
      readonly 'Index Name'?: string;
      readonly 'Relation Name'?: string;
      readonly 'Actual Rows': number;
      readonly 'Rows Removed by Filter'?: number;
      readonly Plans?: readonly PlanNode[];
    }
    let client: pg.Client;
    let tenantId: string;
    beforeAll(async () => {
      ({ tenantId } = await newTenant());
      const others = await newTenant();
      for (const id of [tenantId, others.tenantId]) {
        await api.database.query(INSERT, [id, 5_000, 'x', 1]);
        await api.database.query(
          `INSERT INTO telephony_accounts (id, tenant_id, name, provider, credentials, hint, created_at)
           SELECT gen_random_uuid(), $1, n, 'twilio', 's', 'h', now() - n * interval '1 s'
           FROM generate_series(1, 5000) n`,
          [id],
        );
      }
      client = new pg.Client({ connectionString: api.database.url, options: SETTINGS });
      await client.connect();
      await client.query('ANALYZE campaigns, telephony_accounts');
    });
    afterAll(() => client.end());

    const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

    /** Scans of the first statement that is run. */
    async function scansOf(ask: (sql: Sql) => Promise<unknown>): Promise<PlanNode[]> {
      const scans: PlanNode[] = [];
      const run = async ({ text }: { text: string }, values: readonly unknown[] = []): Promise<never[]> => {
        if (scans.length > 0) return [];
        const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...values]);
        const [{ Plan }] = (rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'];
        scans.push(...nodesOf(Plan).filter((node) => node['Index Name'] !== undefined || 'Relation Name' in node));
        return [];
      };
      await ask({ run } as Sql);
      return scans;
    }

    const after = () => ({ key: new Date(Date.now() - 60_000_000).toISOString(), id: crypto.randomUUID() });
    const page = (more: Partial<CampaignPage> = {}): CampaignPage => {
      return { after: null, limit: 100, prompts: 'if_small', ...more };
    };
    const ofTenant = () => ({ tenantId, isTest: null, statuses: null });

    it.each<[string, string, number, (sql: Sql) => Promise<unknown>]>([
      ['campaigns', 'campaigns_listed_idx', 101, (sql) => listCampaigns(sql, ofTenant(), page())],
      [
        'campaigns after a cursor, with prompts',
        'campaigns_listed_idx',
        101,
        (sql) => listCampaigns(sql, ofTenant(), page({ after: after(), prompts: 'shown' })),
      ],
      [
        'accounts',
        'telephony_accounts_oldest_idx',
        101,
        (sql) => listTelephonyAccounts(sql, tenantId, { after: null, limit: 101 }),
      ],
    ])('of %s', async (_, index, rows, ask) => {
      expect(await scansOf(ask)).toMatchObject([{ 'Index Name': index, 'Actual Rows': rows }]);
    });
  });
});

import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS, ownerOptions } from '#database/data-source-options.js';
import { migrateDatabase } from '#database/migrate.js';
import type { InvariantVerdict } from '#database/statements/ops/verify-invariants.js';
import { personHashFrom } from '#dialer/people/person-hash.js';
import { KeyNumbers1763858300000 } from '#migrations/1763858300000-key-numbers.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { NUMBER_WRITINGS } from '#rules/phone-number/number-writings.js';
import { openContext, type OpsContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import type { ApiClient } from '../support/api-client.js';
import { newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

/** A lead of the version before, in the first campaign unless said otherwise. */
interface Old {
  readonly name: string;
  readonly number: string;
  readonly status?: string;
  readonly outcome?: string;
  readonly attempts?: number;
  /** Status of its live dialer job. */
  readonly live?: 'queued' | 'active';
  readonly campaign?: 2;
}

/** Argentine numbers with and without their 9: `mobile(1)` and `plain(1)` ring one phone. */
const mobile = (n: number) => `+54911555512${String(n).padStart(2, '0')}`;
const plain = (n: number) => `+5411555512${String(n).padStart(2, '0')}`;

const LEADS: readonly Old[] = [
  { name: 'alone', number: mobile(1), attempts: 1 },
  { name: 'waiting', number: mobile(2), attempts: 2 },
  { name: 'waiting, too', number: plain(2), attempts: 1 },
  { name: 'not yet called', number: mobile(3) },
  { name: 'reached', number: plain(3), status: 'completed', outcome: 'reached', attempts: 1 },
  { name: 'removed', number: plain(4), status: 'removed' },
  { name: 'not removed', number: mobile(4) },
  { name: 'opted out, removed', number: plain(5), status: 'removed', outcome: 'opt_out', attempts: 1 },
  { name: 'still waiting', number: mobile(5) },
  { name: 'in a call', number: plain(6), status: 'in_progress', attempts: 1, live: 'active' },
  { name: 'in another call', number: mobile(6), status: 'in_progress', attempts: 1, live: 'active' },
  { name: 'queued', number: plain(7), status: 'in_progress', live: 'queued' },
  { name: 'queued, too', number: mobile(7), status: 'in_progress', live: 'queued' },
  { name: 'removed in a call', number: plain(8), status: 'removed', attempts: 1, live: 'active' },
  { name: 'beside a call', number: mobile(8) },
  { name: 'here', number: mobile(9), status: 'in_progress', attempts: 1, live: 'active' },
  { name: 'there', number: plain(9), status: 'in_progress', attempts: 1, live: 'active', campaign: 2 },
  { name: 'hanoi, earlier plan', number: '+841201234567' },
  { name: 'hanoi', number: '+84701234567' },
  { name: 'benin, earlier plan', number: '+22997123456', status: 'in_progress', live: 'queued' },
  { name: 'sao paulo', number: '+551171234567' },
  { name: 'guadeloupe', number: '+33690123456' },
  { name: 'london', number: '+442079460001' },
  { name: 'erased', number: '+99900000999999' },
];

const LISTED = [
  [mobile(21), 'manual', '2031-01-01T00:00:00Z', 'by letter'],
  [plain(21), 'import', '2030-01-01T00:00:00Z', 'by email'],
  [mobile(22), 'import', '2031-01-01T00:00:00Z', null],
  [plain(22), 'opt_out', null, null],
  [mobile(23), 'import', null, null],
  ['+841201234599', 'manual', null, null],
  ['+442079460009', 'manual', null, null],
] as const;

const LONG_PROMPT = 'x'.repeat(150_000);
const MANY_FIELDS = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`field ${n}`, 'y'.repeat(200)]));

describe('A database of the version that told people apart by how their number is written', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let client: ApiClient;
  let context: OpsContext;
  let campaignIds: string[];
  beforeAll(async () => {
    database = await createTestDatabase();
    const setUp = await startApi(testConfig(database.url));
    const { token } = await newAdmin(setUp.client);
    await setUp.close();
    await undoTo(database);
    campaignIds = await furnish(database);
    await migrateDatabase(database.url);
    api = await startApi(testConfig(database.url));
    client = api.client.as(token);
    context = await openContext(testConfig(database.url), database.url, new ObedientCarrier());
  });
  afterAll(async () => {
    await context.close();
    await api.close();
    await database.drop();
  });

  const ops = async (...argv: string[]) => {
    let text = '';
    const write = (more: string) => (text += `${more}\n`);
    const code = await runOps(argv, (work) => work(context), { print: write, complain: write });
    return { code, text };
  };
  const leadNamed = async (name: string) =>
    (
      await database.query<Record<string, unknown>>(
        `SELECT l.*, (SELECT array_agg(c.attempt ORDER BY c.attempt) FROM calls c WHERE c.lead_id = l.id) AS calls,
           (SELECT array_agg(m ->> 'first_name') FROM jsonb_array_elements(merged_contacts) m) AS merged
         FROM leads l WHERE first_name = $1`,
        [name],
      )
    )[0];

  it.each([
    ['alone', { phone_number: mobile(1), number_key: plain(1), status: 'pending', merged: null, calls: [1] }],
    [
      'waiting',
      { status: 'pending', call_attempts: 3, earlier_attempts: 1, calls: [1, 2, 3], merged: ['waiting, too'] },
    ],
    ['reached', { status: 'completed', call_attempts: 1, merged: ['not yet called'] }],
    ['not removed', { status: 'pending', merged: ['removed'] }],
    ['opted out, removed', { status: 'suppressed', merged: ['still waiting'] }],
    ['in a call', { status: 'in_progress', number_key: plain(6), calls: [1], merged: ['in another call'] }],
    ['in another call', { status: 'removed', number_key: mobile(6), calls: [1], merged: null }],
    ['queued', { status: 'in_progress', merged: ['queued, too'] }],
    ['removed in a call', { status: 'in_progress', merged: ['beside a call'] }],
    ['here', { status: 'in_progress', number_key: plain(9) }],
    ['there', { status: 'in_progress', number_key: plain(9) }],
    ['hanoi, earlier plan', { phone_number: '+84701234567', area_id: null, merged: ['hanoi'] }],
    ['benin, earlier plan', { phone_number: '+2290197123456', number_key: '+2290197123456', area_id: null }],
    ['sao paulo', { phone_number: '+5511971234567' }],
    ['guadeloupe', { phone_number: '+590690123456' }],
    ['london', { phone_number: '+442079460001', number_key: '+442079460001', merged: null }],
    ['erased', { phone_number: '+99900000999999', number_key: '+99900000999999' }],
  ])('keeps the contact that is %s', async (name, expected) => {
    expect(await leadNamed(name)).toMatchObject(expected);
  });

  it('has merged the others, and lost none of their calls', async () => {
    const names = (await database.query<{ first_name: string }>(`SELECT first_name FROM leads`)).map(
      (l) => l.first_name,
    );
    expect(LEADS.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual([
      'waiting, too',
      'not yet called',
      'removed',
      'still waiting',
      'queued, too',
      'beside a call',
      'hanoi',
    ]);
    const [calls] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM calls`);
    expect(calls!.n).toBe(LEADS.reduce((sum, { attempts = 0 }) => sum + attempts, 0));
  });

  it('lets two live calls to one line end, and counts one of them by its key', async () => {
    const live = await database.query<{ phone_number: string; number_key: string }>(
      `SELECT phone_number, number_key FROM calls WHERE status = 'in_progress' AND phone_number = ANY($1) ORDER BY 1`,
      [[mobile(9), plain(9), mobile(6), plain(6)]],
    );
    expect(live.map(({ phone_number, number_key }) => [phone_number, number_key])).toEqual([
      [plain(6), plain(6)],
      [plain(9), plain(9)],
      [mobile(6), mobile(6)],
      [mobile(9), mobile(9)],
    ]);
  });

  it('keys every row as this version does', async () => {
    for (const table of ['leads', 'calls', 'dnc_entries', 'consents']) {
      const rows = await database.query<{ phone_number: string; number_key: string }>(
        `SELECT phone_number, number_key FROM ${table}`,
      );
      const wrong = rows.filter(({ phone_number: n, number_key: k }) => k !== numberKey(n) && k !== n);
      expect([table, wrong]).toEqual([table, []]);
    }
  });

  it('rewrites numbers in PostgreSQL as this version does in JavaScript', async () => {
    const migration = new KeyNumbers1763858300000();
    const statements: string[] = [];
    await migration.up({ query: async (text: string) => void statements.push(text) } as never);
    const source = await new DataSource(ownerOptions(database.url)).initialize();
    const runner = source.createQueryRunner();
    await runner.query(statements[0]!);
    const numbers = NUMBER_WRITINGS.flatMap(({ other, key, where }) =>
      [other, key].flatMap((template) => samples(where).map((digits) => template.replace(/[a-z]/g, (a) => digits[a]!))),
    );
    const rows = (await runner.query(`SELECT n, pg_temp.key_of(n) AS key FROM unnest($1::text[]) n`, [numbers])) as {
      n: string;
      key: string;
    }[];
    await runner.release();
    await source.destroy();
    expect(numbers.length).toBeGreaterThan(300);
    expect(rows.filter(({ n, key }) => key !== numberKey(n))).toEqual([]);
    expect(rows.filter(({ n, key }) => key !== n).length).toBeGreaterThan(100);
  });

  it('lists each number once, by the strictest entry, with all reasons', async () => {
    const entries = await database.query(
      `SELECT number_key AS key, phone_number AS number, source, reason, to_char(expires_at AT TIME ZONE 'UTC',
        'YYYY') AS ends
       FROM dnc_entries ORDER BY 1`,
    );
    expect(entries).toEqual([
      { key: '+442079460009', number: '+442079460009', source: 'manual', reason: null, ends: null },
      { key: plain(21), number: mobile(21), source: 'manual', reason: 'by email; by letter', ends: '2031' },
      { key: plain(22), number: plain(22), source: 'opt_out', reason: null, ends: null },
      { key: plain(23), number: mobile(23), source: 'import', reason: null, ends: null },
      { key: '+84701234599', number: '+841201234599', source: 'manual', reason: null, ends: null },
    ]);
  });

  it('logs no merged entry as taken off the list', async () => {
    expect(await database.query(`SELECT FROM suppression_outbox WHERE kind = 'removed'`)).toEqual([]);
  });

  it('breaks nothing that must hold', async () => {
    const verdicts = JSON.parse((await ops('verify', '--json')).text) as InvariantVerdict[];
    expect(verdicts.filter(({ count }) => count > 0).map(({ name, ids }) => [name, ids])).toEqual([]);
  });

  it('keeps the people erased who were erased under another writing of their number', async () => {
    const { status, body } = await client.post<{ code: string }>(`/campaigns/${campaignIds[0]}/contacts`, {
      phone_number: plain(30),
    });
    expect([status, body.code]).toEqual([409, 'person_erased']);
  });

  it('knows contacts, entries and consents by every writing of their number', async () => {
    const again = await client.post(`/campaigns/${campaignIds[0]}/contacts`, { phone_number: plain(1) });
    expect(again.status).toBe(409);
    const { body } = await client.get<{ is_listed: boolean }>(`/dnc/${encodeURIComponent(plain(23))}`);
    expect(body.is_listed).toBe(true);
    const consents = await client.get<{ total: number }>(`/consents?phone_number=${encodeURIComponent(plain(1))}`);
    expect(consents.body.total).toBe(1);
  });

  it('erases a person of whom two rows are in one campaign, once they are in no call', async () => {
    await database.query(
      `WITH ended AS (
         UPDATE calls SET status = 'completed', ended_at = now() WHERE phone_number = ANY($1) AND status = 'in_progress'
           RETURNING lead_id
       ), jobs AS (
         UPDATE dialer_jobs SET status = 'succeeded', check_at = NULL, finished_at = now()
         WHERE lead_id IN (SELECT lead_id FROM ended) AND status = 'active'
       ) UPDATE leads SET status = 'completed' WHERE id IN (SELECT lead_id FROM ended) AND status = 'in_progress'`,
      [[mobile(6), plain(6)]],
    );
    const { status, body } = await client.post<{ erased: { contacts: number } }>('/people/erase', {
      phone_number: mobile(6),
    });
    expect([status, body.erased?.contacts]).toEqual([200, 2]);
    expect(await database.query(`SELECT FROM leads WHERE phone_number = ANY($1)`, [[mobile(6), plain(6)]])).toEqual([]);
    expect(
      await database.query(`SELECT FROM leads WHERE merged_contacts @> '[{"first_name": "in another call"}]'`),
    ).toEqual([]);
  });

  it('tells the operator what a person must decide, and forgets it once that is done', async () => {
    const lead = (await leadNamed('waiting'))!;
    const { code, text } = await ops('outgrown');
    expect(code).toBe(0);
    expect(text).toContain(lead['id']);
    expect(text).toMatch(/waiting, too/);
    expect(text).toMatch(/outgrown <contact_id> --yes/);
    expect(await ops('outgrown', String(lead['id']))).toMatchObject({
      code: 0,
      text: expect.stringContaining('--yes'),
    });
    expect(await ops('outgrown', String(lead['id']), '--yes')).toMatchObject({ code: 0 });
    expect(await ops('outgrown', String(lead['id']), '--yes')).toMatchObject({ code: 1 });
    expect((await ops('outgrown')).text).not.toContain(lead['id']);
  });

  describe("with values from before today's limits", () => {
    const london = async () => String((await leadNamed('london'))!['id']);

    it('lists them with ids and what to do', async () => {
      const { outgrown } = JSON.parse((await ops('outgrown', '--json')).text) as { outgrown: Record<string, string>[] };
      expect(outgrown).toEqual([
        expect.objectContaining({ kind: 'campaign', id: campaignIds[0], problem: expect.stringContaining('150000') }),
        expect.objectContaining({
          kind: 'contact',
          id: await london(),
          problem: expect.stringMatching(/^custom_fields/),
        }),
      ]);
      expect((await ops('outgrown')).text).toMatch(/any other field can be changed/);
    });

    it('changes other fields of them', async () => {
      const contact = `/campaigns/${campaignIds[0]}/contacts/${await london()}`;
      expect((await client.patch(contact, { last_name: 'Lovelace' })).status).toBe(200);
      expect((await client.patch(contact, { custom_fields: { 'field 0': null } })).status).toBe(200);
      expect((await client.patch(contact, { custom_fields: { more: 'z'.repeat(999) } })).status).toBe(422);
      expect((await client.patch(`/campaigns/${campaignIds[0]}`, { description: 'Spring' })).status).toBe(200);
    });

    it('shows and exports them whole', async () => {
      const { body } = await client.get<string>(`/campaigns/${campaignIds[0]}/contacts.ndjson`);
      const rows = body
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row) as { phone_number: string; custom_fields: object });
      const row = rows.find(({ phone_number }) => phone_number === '+442079460001')!;
      expect(Object.keys(row.custom_fields).length).toBeGreaterThan(140);
      const campaign = await client.get<{ campaign: { system_prompt: string } }>(`/campaigns/${campaignIds[0]}`);
      expect(campaign.body.campaign.system_prompt).toBe(LONG_PROMPT);
    });

    it('dials them', async () => {
      const carrier = new ObedientCarrier();
      const worker = await startWorker(testConfig(database.url), carrier);
      await client.post(`/campaigns/${campaignIds[0]}/start`);
      await until('London is dialed', async () => carrier.requests.some(({ to }) => to === '+442079460001'));
      await until('Hanoi is dialed', async () => carrier.requests.some(({ to }) => to === '+84701234567'));
      expect(
        carrier.requests.map(({ to }) => to).filter((to) => [mobile(6), mobile(7), plain(2)].includes(to)),
      ).toEqual([]);
      await worker.close();
    });
  });
});

/** Digits for the letters of a row: several that fit, found by trying. */
function samples(where: Readonly<Record<string, string>>): Record<string, string>[] {
  const found = Object.entries(where).map(
    ([letter, pattern]) => [letter, fitting(new RegExp(`^(?:${pattern})$`))] as const,
  );
  return [0, 1, 2].map((n) => Object.fromEntries(found.map(([letter, all]) => [letter, all[n % all.length]!])));
}

function fitting(pattern: RegExp): string[] {
  const tails = ['00000000', '12345678', '98765432'];
  const found: string[] = [];
  for (let start = 0; start < 1_000 && found.length < 3; start++)
    for (let length = 2; length <= 10; length++) {
      const text = `${start}${tails[start % 3]}`.slice(0, length);
      if (pattern.test(text) && !found.includes(text)) found.push(text);
    }
  return found;
}

async function undoTo(database: TestDatabase): Promise<void> {
  const source = await new DataSource(ownerOptions(database.url)).initialize();
  const later = MIGRATIONS.length - MIGRATIONS.indexOf(KeyNumbers1763858300000);
  for (let n = 0; n < later; n++) await source.undoLastMigration();
  await source.destroy();
}

async function furnish(database: TestDatabase): Promise<string[]> {
  await database.query(`UPDATE installation SET logs_suppressions = true`);
  await database.query(`UPDATE tenants SET uses_rule_packs = false`);
  const window = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' };
  const campaigns = await database.query<{ id: string }>(
    `INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id, status, max_concurrent_calls, calling_window)
     SELECT id, n, CASE n WHEN '1' THEN $1 ELSE 'p' END, 'v', 'draft', 50, $2 FROM tenants, unnest(ARRAY['1', '2']) n
     ORDER BY n RETURNING id`,
    [LONG_PROMPT, window],
  );
  const ids = campaigns.map(({ id }) => id);
  for (const lead of LEADS) await addLead(database, ids[(lead.campaign ?? 1) - 1]!, lead);
  await database.query(`UPDATE leads SET custom_fields = $1 WHERE first_name = 'london'`, [MANY_FIELDS]);
  await database.query(`UPDATE leads SET erased_at = now() WHERE first_name = 'erased'`);
  for (const entry of LISTED)
    await database.query(
      `INSERT INTO dnc_entries (tenant_id, phone_number, source, expires_at, reason) SELECT id, $1, $2, $3, $4
        FROM tenants`,
      [...entry],
    );
  await database.query(`DELETE FROM suppression_outbox`);
  await database.query(
    `INSERT INTO consents (tenant_id, phone_number, kind, source, channel, given_at) SELECT id, $1, 'given', 'form',
      'web', now() FROM tenants`,
    [mobile(1)],
  );
  const [tenant] = await database.query<{ id: string }>(`SELECT id FROM tenants`);
  await database.query(`INSERT INTO erased_people (tenant_id, person_hash) VALUES ($1, decode($2, 'hex'))`, [
    tenant!.id,
    hashAsBefore(tenant!.id, mobile(30)),
  ]);
  return ids;
}

/** The hash of the version before, which was that of the number as written. */
function hashAsBefore(tenantId: string, number: string): string {
  const { personHashKey, authSecret } = testConfig('postgres://x:y@127.0.0.1/z');
  const hash = personHashFrom({ key: personHashKey, secret: personHashKey ?? authSecret! });
  return hash['hashed' as 'hashOf'](tenantId, number);
}

async function addLead(database: TestDatabase, campaignId: string, old: Old): Promise<void> {
  const { name, number, status = 'pending', outcome, attempts = 0, live } = old;
  const [lead] = await database.query<{ id: string }>(
    `INSERT INTO leads (tenant_id, campaign_id, phone_number, first_name, status, outcome, call_attempts)
     SELECT tenant_id, id, $1, $2, $3, $4, $5 FROM campaigns WHERE id = $6 RETURNING id`,
    [number, name, status, outcome ?? null, attempts, campaignId],
  );
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const isLive = live === 'active' && attempt === attempts;
    await database.query(
      `WITH job AS (
         INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status, finished_at, check_at,
           dialing_at, deadline_at)
         SELECT tenant_id, campaign_id, id, phone_number, CASE WHEN $3 THEN 'active' ELSE 'failed' END,
           CASE WHEN NOT $3 THEN now() END,
           CASE WHEN $3 THEN now() + interval '10 minutes' END, now(), now() + interval '20 minutes' FROM leads
             WHERE id = $1 RETURNING *
       )
       INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, provider, status,
         started_at)
       SELECT tenant_id, campaign_id, lead_id, id, $2, phone_number, 'obedient', CASE WHEN $3 THEN 'in_progress'
         ELSE 'failed' END,
         now() - (10 - $2) * interval '1 hour' FROM job`,
      [lead!.id, attempt, isLive],
    );
  }
  if (live === 'queued')
    await database.query(
      `INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, check_at)
       SELECT tenant_id, campaign_id, id, phone_number, now() + interval '10 minutes' FROM leads WHERE id = $1`,
      [lead!.id],
    );
}

import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS, ownerOptions } from '#database/data-source-options.js';
import { migrateDatabase } from '#database/migrate.js';
import { DropTrunkPrefixes1763858250000 } from '#migrations/1763858250000-drop-trunk-prefixes.js';
import { toE164 } from '#rules/phone-number/phone-number.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** A lead of the version before. */
interface Old {
  readonly name: string;
  readonly number: string;
  readonly status?: string;
  readonly outcome?: string;
  readonly attempts?: number;
  readonly isLive?: boolean;
}

const LEADS: readonly Old[] = [
  { name: 'alone', number: '+480221234561', attempts: 2 },
  { name: 'wrong, waiting', number: '+480221234562', attempts: 2 },
  { name: 'right, waiting', number: '+48221234562', attempts: 1 },
  { name: 'wrong, opted out', number: '+480221234563', status: 'suppressed', outcome: 'opt_out', attempts: 1 },
  { name: 'right, not yet called', number: '+48221234563' },
  { name: 'wrong, on the line', number: '+480221234564', status: 'in_progress', isLive: true },
  { name: 'right, on the line', number: '+48221234564', status: 'in_progress', isLive: true },
  { name: 'wrong, queued alone', number: '+480221234565', status: 'in_progress', isLive: true },
  { name: 'right, removed', number: '+48221234565', status: 'removed' },
  { name: 'italian', number: '+390612345678' },
  { name: 'brazilian', number: '+551187654321' },
  { name: 'erased', number: '+99900000000001' },
];

const LISTED = [
  ['+480221234571', 'manual', null],
  ['+480221234572', 'import', '2031-01-01T00:00:00Z'],
  ['+48221234572', 'manual', '2030-01-01T00:00:00Z'],
  ['+480221234573', 'import', '2031-01-01T00:00:00Z'],
  ['+48221234573', 'opt_out', null],
  ['+480221234574', 'opt_out', null],
  ['+4800221234574', 'import', '2031-01-01T00:00:00Z'],
  ['+5215512345678', 'import', null],
  ['+390612345678', 'manual', null],
] as const;

describe('A database of the version that stored national prefixes', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    const source = await new DataSource(ownerOptions(database.url)).initialize();
    const later = MIGRATIONS.length - MIGRATIONS.indexOf(DropTrunkPrefixes1763858250000);
    for (let n = 0; n < later; n++) await source.undoLastMigration();
    await source.destroy();
    await furnish(database);
    await migrateDatabase(database.url);
  });
  afterAll(() => database.drop());

  const leads = () =>
    database.query<Record<string, unknown>>(
      `SELECT l.first_name AS name, l.phone_number AS number, l.status, l.call_attempts AS attempts,
         l.earlier_attempts AS earlier,
         (SELECT array_agg(c.attempt ORDER BY c.attempt) FROM calls c WHERE c.lead_id = l.id) AS calls
       FROM leads l ORDER BY number`,
    );

  it('has one lead of each number in a campaign, with the calls of all', async () => {
    expect(await leads()).toEqual(
      [
        { name: 'alone', number: '+48221234561', status: 'pending', attempts: 2, earlier: 0, calls: [1, 2] },
        {
          name: 'right, waiting',
          number: '+48221234562',
          status: 'pending',
          attempts: 3,
          earlier: 2,
          calls: [1, 2, 3],
        },
        { name: 'wrong, opted out', number: '+48221234563', status: 'suppressed', attempts: 1, earlier: 0, calls: [1] },
        {
          name: 'right, on the line',
          number: '+48221234564',
          status: 'in_progress',
          attempts: 0,
          earlier: 0,
          calls: null,
        },
        {
          name: 'wrong, on the line',
          number: '+480221234564',
          status: 'removed',
          attempts: 0,
          earlier: 0,
          calls: null,
        },
        {
          name: 'wrong, queued alone',
          number: '+48221234565',
          status: 'in_progress',
          attempts: 0,
          earlier: 0,
          calls: null,
        },
        { name: 'italian', number: '+390612345678', status: 'pending', attempts: 0, earlier: 0, calls: null },
        { name: 'brazilian', number: '+5511987654321', status: 'pending', attempts: 0, earlier: 0, calls: null },
        { name: 'erased', number: '+99900000000001', status: 'pending', attempts: 0, earlier: 0, calls: null },
      ].sort((a, b) => (a.number < b.number ? -1 : 1)),
    );
  });

  it('dials what is queued as it rings', async () => {
    const jobs = await database.query(
      `SELECT l.first_name AS name, j.phone_number AS number FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id
       WHERE j.status = 'queued' ORDER BY name`,
    );
    expect(jobs).toEqual([
      { name: 'right, on the line', number: '+48221234564' },
      { name: 'wrong, on the line', number: '+480221234564' },
      { name: 'wrong, queued alone', number: '+48221234565' },
    ]);
  });

  it('keeps its counts of leads and calls', async () => {
    const tallies = await database.query<{ subject: string; status: string; n: number }>(
      `SELECT subject, status, n::int FROM campaign_tallies WHERE subject IN ('lead', 'call') AND n > 0`,
    );
    const counted = await database.query<{ subject: string; status: string; n: number }>(
      `SELECT 'lead' AS subject, status, count(*)::int AS n FROM leads GROUP BY status
       UNION ALL SELECT 'call', status, count(*)::int FROM calls GROUP BY status`,
    );
    expect(counted).toEqual(expect.arrayContaining(tallies));
    expect(tallies).toContainEqual({ subject: 'call', status: 'failed', n: 6 });
  });

  it('lists each number once, by the strictest entry', async () => {
    const entries = await database.query(
      `SELECT phone_number AS number, source, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY') AS ends
       FROM dnc_entries ORDER BY 1`,
    );
    expect(entries).toEqual([
      { number: '+390612345678', source: 'manual', ends: null },
      { number: '+48221234571', source: 'manual', ends: null },
      { number: '+48221234572', source: 'manual', ends: '2031' },
      { number: '+48221234573', source: 'opt_out', ends: null },
      { number: '+48221234574', source: 'opt_out', ends: null },
      { number: '+525512345678', source: 'import', ends: null },
    ]);
  });

  it('names whoever has consented by the number that rings, and lets no consent be changed again', async () => {
    expect(await database.query(`SELECT phone_number FROM consents`)).toEqual([{ phone_number: '+48221234561' }]);
    await expect(database.query(`UPDATE consents SET source = 'x'`)).rejects.toThrow(/only ever added to/);
  });

  it('writes every number as this version does', async () => {
    const old = [...LEADS.map(({ number }) => number), ...LISTED.map(([number]) => number)];
    const written = new Set((await numbersIn(database)).concat(await listedIn(database)));
    const read = old.map((number) => toE164(number, null) ?? number);
    expect(read.filter((number) => !written.has(number))).toEqual([]);
  });
});

async function numbersIn(database: TestDatabase): Promise<string[]> {
  return (await database.query<{ n: string }>(`SELECT phone_number AS n FROM leads`)).map(({ n }) => n);
}

async function listedIn(database: TestDatabase): Promise<string[]> {
  return (await database.query<{ n: string }>(`SELECT phone_number AS n FROM dnc_entries`)).map(({ n }) => n);
}

async function furnish(database: TestDatabase): Promise<void> {
  await database.query(`INSERT INTO tenants (business_name) VALUES ('Example Voice')`);
  await database.query(
    `INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id) SELECT id, 'c', 'p', 'v' FROM tenants`,
  );
  for (const lead of LEADS) await addLead(database, lead);
  for (const entry of LISTED)
    await database.query(
      `INSERT INTO dnc_entries (tenant_id, phone_number, source, expires_at) SELECT id, $1, $2, $3 FROM tenants`,
      [...entry],
    );
  await database.query(
    `INSERT INTO consents (tenant_id, phone_number, kind, source, channel, given_at)
     SELECT id, '+480221234561', 'given', 'form', 'web', now() FROM tenants`,
  );
}

async function addLead(
  database: TestDatabase,
  { name, number, status, outcome, attempts, isLive }: Old,
): Promise<void> {
  const [lead] = await database.query<{ id: string }>(
    `INSERT INTO leads (tenant_id, campaign_id, phone_number, first_name, status, outcome, call_attempts)
     SELECT tenant_id, id, $1, $2, $3, $4, $5 FROM campaigns RETURNING id`,
    [number, name, status ?? 'pending', outcome ?? null, attempts ?? 0],
  );
  for (let attempt = 1; attempt <= (attempts ?? 0); attempt++)
    await database.query(
      `WITH job AS (
         INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status, finished_at)
         SELECT tenant_id, campaign_id, id, phone_number, 'failed', now() FROM leads WHERE id = $1 RETURNING *
       )
       INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, provider, status)
       SELECT tenant_id, campaign_id, lead_id, id, $2, phone_number, 'simulator', 'failed' FROM job`,
      [lead!.id, attempt],
    );
  if (isLive)
    await database.query(
      `INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, check_at)
       SELECT tenant_id, campaign_id, id, phone_number, now() FROM leads WHERE id = $1`,
      [lead!.id],
    );
}

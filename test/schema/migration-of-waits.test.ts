import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS, ownerOptions } from '#database/data-source-options.js';
import { migrateDatabase } from '#database/migrate.js';
import { KeepWaitsOfRemovedLeads1763858160000 } from '#migrations/1763858160000-keep-waits-of-removed-leads.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** A lead of the version before: how its calls ended, each so many hours ago, and its state. */
interface Old {
  readonly name: string;
  readonly status: string;
  readonly outcomes: readonly (readonly [outcome: string, hoursAgo: number])[];
  readonly due?: string;
  readonly callBack?: string;
  readonly block?: string;
}

const LEADS: readonly Old[] = [
  { name: 'waiting', status: 'pending', outcomes: [['voicemail', 1]], due: "now() + '25 hours'" },
  { name: 'put up early', status: 'pending', outcomes: [['voicemail', 1]] },
  { name: 'removed', status: 'removed', outcomes: [['no_answer', 1]], due: "now() + '3 hours'" },
  { name: 'to be called back', status: 'removed', outcomes: [['callback_requested', 1]], callBack: "now() + '2 days'" },
  { name: 'reached', status: 'removed', outcomes: [['reached', 1]] },
  {
    name: 'used up',
    status: 'removed',
    outcomes: [
      ['busy', 9],
      ['busy', 8],
      ['busy', 7],
      ['busy', 6],
    ],
  },
  { name: 'never called', status: 'removed', outcomes: [] },
  { name: 'without consent', status: 'removed', outcomes: [], due: "'infinity'", block: 'no_consent' },
  { name: 'waited long ago', status: 'pending', outcomes: [['busy', 40]] },
];

describe('A database of the version that forgot the waits of removed leads', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    const source = await new DataSource(ownerOptions(database.url)).initialize();
    const later = MIGRATIONS.length - MIGRATIONS.indexOf(KeepWaitsOfRemovedLeads1763858160000);
    for (let n = 0; n < later; n++) await source.undoLastMigration();
    await source.destroy();
    await furnish(database);
    await migrateDatabase(database.url);
  });
  afterAll(() => database.drop());

  const leadNamed = async (name: string) =>
    (
      await database.query<Record<string, unknown>>(
        `SELECT status, removed_status, block_code, round(extract(epoch FROM retry_at - now()) / 3600)::int AS hours,
           retry_at <= next_attempt_at AS is_kept, next_attempt_at <= now() AS is_due
         FROM leads WHERE first_name = $1`,
        [name],
      )
    )[0];

  it.each([
    ['waiting', { removed_status: null, hours: 25, is_kept: true }],
    ['put up early', { removed_status: null, hours: 29, is_kept: true, is_due: false }],
    ['removed', { removed_status: 'pending', hours: 3, is_kept: true }],
    ['to be called back', { removed_status: 'pending', hours: 48, is_kept: true }],
    ['reached', { removed_status: 'completed', hours: null }],
    ['used up', { removed_status: 'exhausted', hours: null }],
    ['never called', { removed_status: 'pending', hours: null, is_due: true }],
    ['without consent', { removed_status: 'pending', block_code: null, is_due: true }],
    ['waited long ago', { removed_status: null, hours: null, is_due: true }],
  ])('keeps or restores the wait of a lead that is %s', async (name, expected) => {
    expect(await leadNamed(name)).toMatchObject(expected);
  });
});

async function furnish(database: TestDatabase): Promise<void> {
  await database.query(`INSERT INTO tenants (business_name) VALUES ('Example Voice')`);
  await database.query(
    `INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id) SELECT id, 'c', 'p', 'v' FROM tenants`,
  );
  for (const [n, lead] of LEADS.entries()) {
    const [row] = await database.query<{ id: string }>(
      `INSERT INTO leads (tenant_id, campaign_id, phone_number, first_name, status, outcome, call_attempts,
         block_code, next_attempt_at)
       SELECT tenant_id, id, $1, $2, $3, $4, $5, $6, ${lead.due ?? 'now()'} FROM campaigns RETURNING id`,
      [
        `+44207946000${n}`,
        lead.name,
        lead.status,
        lead.outcomes.at(-1)?.[0] ?? null,
        lead.outcomes.length,
        lead.block ?? null,
      ],
    );
    for (const [at, [outcome, hours]] of lead.outcomes.entries()) {
      await database.query(
        `WITH job AS (
           INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status, finished_at)
           SELECT tenant_id, campaign_id, id, phone_number, 'failed', now() FROM leads WHERE id = $1 RETURNING *
         )
         INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, provider,
           status, outcome,
           started_at, ended_at, callback_at)
         SELECT tenant_id, campaign_id, lead_id, id, $2, phone_number, 'simulator', 'failed', $3,
           now() - $4 * interval '1 hour', now() - $4 * interval '1 hour', ${lead.callBack ?? 'NULL'} FROM job`,
        [row!.id, at + 1, outcome, hours],
      );
    }
  }
}

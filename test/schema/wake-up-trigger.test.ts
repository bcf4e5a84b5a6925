import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { wakeUpAt } from '#database/statements/engine/claim/wake-up.js';
import { furnishCampaign, type FurnishedCampaign } from '../support/furnished-campaign.js';
import { dramaNumber } from '../support/running-api.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const NEW_NUMBER = dramaNumber(9);

/** Changes of leads that let a lead be called earlier than before. Each campaign has no lead to wait for at first. */
const CHANGES: Readonly<Record<string, (site: FurnishedCampaign) => [statement: string, parameters: unknown[]]>> = {
  'a lead is added': ({ id }) => [
    `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key, area_id)
     SELECT 't', $1, $2, $2, area_id FROM campaign_hours WHERE campaign_id = $1`,
    [id, NEW_NUMBER],
  ],
  'a lead without an area is added': ({ id }) => [
    `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key) VALUES ('t', $1, $2, $2)`,
    [id, NEW_NUMBER],
  ],
  'a waiting lead is due earlier': ({ waiting }) => [
    `UPDATE leads SET next_attempt_at = now() + interval '1 minute' WHERE id = $1`,
    [waiting.leadId],
  ],
  'a gate no longer postpones a lead': ({ waiting }) => [
    `UPDATE leads SET next_attempt_at = now(), block_code = NULL WHERE id = $1`,
    [waiting.leadId],
  ],
  'a settled lead is to be called again': ({ talking }) => [
    `UPDATE leads SET status = 'pending', next_attempt_at = now() + interval '5 minutes' WHERE id = $1`,
    [talking.leadId],
  ],
  'a completed lead is redialed': ({ reached }) => [
    `UPDATE leads SET status = 'pending', next_attempt_at = now() WHERE id = $1`,
    [reached.leadId],
  ],
};

describe('The trigger follow_leads()', () => {
  let database: TestDatabase;
  let site: FurnishedCampaign;
  beforeAll(async () => {
    database = await createTestDatabase();
    site = await furnishCampaign(database, { provider: 'obedient' });
    await database.query(
      `INSERT INTO areas (key, country, zones, number_country, number_kind)
       VALUES ('test', 'GB', '["Europe/London"]', 'GB', 'ordinary')`,
    );
    await database.query(`UPDATE leads SET area_id = (SELECT id FROM areas WHERE key = 'test')`);
    await database.query(
      `UPDATE campaign_hours SET opens_at = now() - interval '1 hour', closes_at = now() + interval '9 hours'`,
    );
  });
  afterAll(() => database.drop());

  let client: pg.Client;
  beforeEach(async () => {
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE leads SET next_attempt_at = now() + interval '1 day' WHERE status = 'pending'`);
    await client.query(`UPDATE campaigns SET wake_at = NULL WHERE id = $1`, [site.id]);
  });
  afterEach(() => client.end());

  /** Reads by how many seconds the campaign wakes later than the rule says; null: it does not wake at all. */
  const delay = async () => {
    const { rows } = await client.query<{ ruled: boolean; seconds: number | null }>(
      `SELECT at IS NOT NULL AS ruled, extract(epoch FROM k.wake_at - at)::float8 AS seconds
       FROM campaigns k CROSS JOIN LATERAL (SELECT ${wakeUpAt('k.id')} AS at) rule WHERE k.id = $1`,
      [site.id],
    );
    return rows[0]!;
  };

  it.each(Object.entries(CHANGES))('wakes a campaign no later than the statements do when %s', async (_, change) => {
    const [statement, parameters] = change(site);
    await client.query(statement, parameters);
    const { ruled, seconds } = await delay();
    expect(ruled).toBe(true);
    expect(seconds).toBeLessThanOrEqual(0);
  });

  it('does not wake a campaign when a lead is due later', async () => {
    await client.query(`UPDATE leads SET next_attempt_at = now() + interval '2 days' WHERE id = $1`, [
      site.waiting.leadId,
    ]);
    const { rows } = await client.query(`SELECT wake_at > now() AS is_later FROM campaigns WHERE id = $1`, [site.id]);
    expect(rows).toEqual([{ is_later: true }]);
  });
});

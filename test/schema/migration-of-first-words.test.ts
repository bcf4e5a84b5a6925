import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS, ownerOptions } from '#database/data-source-options.js';
import { migrateDatabase } from '#database/migrate.js';
import { AddFirstWords1763858400000 } from '#migrations/1763858400000-add-first-words.js';
import { furnishCampaign, type FurnishedCampaign } from '../support/furnished-campaign.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('A database of the version whose calls had no first words', () => {
  let database: TestDatabase;
  let campaign: FurnishedCampaign;
  const undo = async () => {
    const source = await new DataSource(ownerOptions(database.url)).initialize();
    const later = MIGRATIONS.length - MIGRATIONS.indexOf(AddFirstWords1763858400000);
    for (let n = 0; n < later; n++) await source.undoLastMigration();
    await source.destroy();
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    await undo();
    campaign = await furnishCampaign(database, { provider: 'simulator' });
    await database.query(
      `UPDATE campaign_hours SET opens_at = now() - interval '1 day', closes_at = now() + interval '1 day',
        grounds = '{"zones": [], "packs": []}'`,
    );
    await migrateDatabase(database.url);
  });
  afterAll(() => database.drop());

  it('has the defaults in campaigns and tenants that exist, and nothing in their calls', async () => {
    const rows = (table: string) => database.query(`SELECT disclosure, recording_notice FROM ${table}`);
    for (const table of ['campaigns', 'tenants'])
      expect(await rows(table)).toEqual([{ disclosure: null, recording_notice: null }]);
    const calls = await database.query(`SELECT first_words_said FROM calls`);
    expect(new Set(calls.map((call) => call['first_words_said']))).toEqual(new Set([null]));
  });

  it('reckons all hours anew, and looks at running campaigns at once', async () => {
    const hours = await database.query(`SELECT 1 FROM campaign_hours WHERE closes_at > '-infinity'`);
    expect(hours).toEqual([]);
    const due = await database.query(`SELECT id FROM campaigns WHERE wake_at <= now()`);
    expect(due).toEqual([{ id: campaign.id }]);
  });

  it('goes back, and puts up whom the gate held back', async () => {
    await database.query(
      `UPDATE leads SET block_code = 'no_disclosure', next_attempt_at = 'infinity' WHERE status = 'pending'`,
    );
    await undo();
    const blocked = await database.query(
      `SELECT 1 FROM leads WHERE block_code IS NOT NULL OR next_attempt_at = 'infinity'`,
    );
    expect(blocked).toEqual([]);
  });
});

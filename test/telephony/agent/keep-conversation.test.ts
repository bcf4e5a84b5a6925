import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/database.js';
import { erasePerson } from '#database/statements/erase-person.js';
import { keepConversation } from '#database/statements/keep-conversation.js';
import { insertCallMedia } from '#database/statements/write-calls.js';
import type { ConversationTurn } from '#rules/call-event.js';
import { furnishCampaign, type FurnishedCampaign } from '../../harness/furnished-campaign.js';
import { dramaNumber } from '../../harness/running-api.js';
import { createTestDatabase, type TestDatabase } from '../../harness/test-database.js';
import { until } from '../../harness/until.js';

describe('A conversation in the database', () => {
  let testDatabase: TestDatabase;
  let source: DataSource;
  let database: Database;
  let campaign: FurnishedCampaign;
  let furnished = 0;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    source = await new DataSource(dataSourceOptions(testDatabase.url, { poolSize: 3 })).initialize();
    database = new Database(source);
  });

  beforeEach(async () => {
    campaign = await furnishCampaign(testDatabase, { provider: 'twilio', from: furnished });
    furnished += 4;
  });

  afterAll(async () => {
    await source.destroy();
    await testDatabase.drop();
  });

  function keep(words: readonly string[], isOver = false, dialerJobId = campaign.talking.jobId): Promise<boolean> {
    return keepConversation(database, { dialerJobId, turns: turnsOf(words), isOver });
  }

  async function stored(callId = campaign.talking.callId): Promise<unknown> {
    const rows = await testDatabase.query<{ tenant_id: string; status: string; messages: ConversationTurn[] }>(
      'SELECT tenant_id, status, messages FROM conversations WHERE call_id = $1',
      [callId],
    );
    return rows.map(({ messages, ...row }) => ({ ...row, words: messages.map(({ text }) => text) }));
  }

  it('is there while its call is live, with the tenant of the call', async () => {
    expect(await keep(['Hello?'])).toBe(true);
    expect(await stored()).toEqual([{ tenant_id: 't', status: 'in_progress', words: ['Hello?'] }]);
  });

  it('grows, and becomes less while it is going on: the last word may turn out not to have been heard', async () => {
    await keep(['Hello?', 'I am']);
    await keep(['Hello?']);
    await keep(['Hello?', 'Who is it?'], true);
    expect(await stored()).toEqual([{ tenant_id: 't', status: 'completed', words: ['Hello?', 'Who is it?'] }]);
  });

  it('is not replaced by less once it is complete', async () => {
    await keep(['Hello?', 'Who is it?'], true);
    expect(await keep(['Hello?'])).toBe(false);
    expect(await keep(['Hello?'], true)).toBe(false);
    expect(await stored()).toEqual([{ tenant_id: 't', status: 'completed', words: ['Hello?', 'Who is it?'] }]);
  });

  it('stays complete when more of it comes late', async () => {
    await keep(['Hello?'], true);
    expect(await keep(['Hello?', 'Who is it?'])).toBe(true);
    expect(await stored()).toEqual([{ tenant_id: 't', status: 'completed', words: ['Hello?', 'Who is it?'] }]);
  });

  it('of a job without a call is none', async () => {
    expect(await keep(['Hello?'], false, campaign.claimed.jobId)).toBe(false);
    expect(await keep(['Hello?'], false, randomUUID())).toBe(false);
  });

  it('is completed by the report that brings the whole of it, and by no second one', async () => {
    await keep(['Hello?']);
    await report(['Hello?', 'Who is it?']);
    await report(['Something else.']);
    expect(await stored()).toEqual([{ tenant_id: 't', status: 'completed', words: ['Hello?', 'Who is it?'] }]);
  });

  it('of somebody who was erased is not stored', async () => {
    await erase();
    expect(await keep(['My name is Ada.'], true, campaign.reached.jobId)).toBe(false);
    expect(await stored(campaign.reached.callId)).toEqual([]);
  });

  it('of somebody who is being erased waits, and is not stored', async () => {
    let commit: () => void = () => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    const erased = erase(mayCommit);
    await until('the lead is erased', async () => isLocked(campaign.reached.leadId));
    const kept = keep(['My name is Ada.'], true, campaign.reached.jobId);
    await until('somebody waits', async () => (await waiting()) > 0);
    commit();
    await erased;
    expect(await kept).toBe(false);
    expect(await stored(campaign.reached.callId)).toEqual([]);
  });

  it('that was stored before is erased with its person', async () => {
    await keep(['My name is Ada.'], true, campaign.reached.jobId);
    await erase();
    expect(await stored(campaign.reached.callId)).toEqual([]);
  });

  function report(words: readonly string[]): Promise<void> {
    const { callId } = campaign.talking;
    return insertCallMedia(database, [
      { call_id: callId, tenant_id: 't', provider: 'twilio', messages: turnsOf(words), recording_source_url: null },
    ]);
  }

  /** Whoever was reached, who is the third of four. */
  function erase(mayCommit?: Promise<void>): Promise<void> {
    return database.transaction(async (sql) => {
      const phoneNumber = dramaNumber(furnished - 2);
      await erasePerson(sql, { tenantId: 't', phoneNumber, personHash: 'ab'.repeat(32) });
      await mayCommit;
    });
  }

  async function isLocked(leadId: string): Promise<boolean> {
    const free = await testDatabase.query('SELECT FROM leads WHERE id = $1 FOR KEY SHARE SKIP LOCKED', [leadId]);
    return free.length === 0;
  }

  async function waiting(): Promise<number> {
    const [row] = await testDatabase.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row?.n ?? 0;
  }
});

function turnsOf(words: readonly string[]): ConversationTurn[] {
  return words.map((text, index) => ({ role: 'person', text, seconds_from_start: index }));
}

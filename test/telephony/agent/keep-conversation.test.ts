import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/connection/database.js';
import { endConversations } from '#database/statements/conversations/end-conversations.js';
import { erasePerson } from '#database/statements/people/erase-person.js';
import { keepConversation } from '#dialer/conversations/keep-conversation.js';
import { openConversation } from '#database/statements/conversations/open-conversation.js';
import { insertCallMedia } from '#database/statements/engine/record/write-calls.js';
import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';
import { furnishCampaign, type FurnishedCampaign } from '../../support/furnished-campaign.js';
import { dramaNumber } from '../../support/running-api.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { until } from '../../support/until.js';

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

  const open = (dialerJobId = campaign.talking.jobId) => openConversation(database, dialerJobId);

  function keep(
    words: readonly string[],
    {
      end = null,
      session = 1,
      hasAnswered = false,
    }: { end?: SessionEnd | null; session?: number; hasAnswered?: boolean } = {},
  ): Promise<boolean> {
    const { jobId: dialerJobId } = campaign.talking;
    return keepConversation(database, { dialerJobId, session, turns: turnsOf(words), hasAnswered, end });
  }

  async function stored(callId = campaign.talking.callId): Promise<unknown> {
    const rows = await testDatabase.query<{ messages: ConversationTurn[] } & Record<string, unknown>>(
      `SELECT tenant_id, status, messages, sessions, has_answered, session_end, conclude_at <= now() AS is_due
       FROM conversations
       WHERE call_id = $1`,
      [callId],
    );
    return rows.map(({ messages, ...row }) => ({ ...row, words: messages.map(({ text }) => text) }));
  }

  const GOING_ON = {
    tenant_id: 't',
    status: 'in_progress',
    words: [],
    sessions: 1,
    has_answered: false,
    session_end: null,
    is_due: null,
  };

  it('is there before anything is said, with the tenant of the call', async () => {
    expect(await open()).toMatchObject({ sessions: 1, messages: [], system_prompt: 'Ask.', first_name: null });
    expect(await stored()).toEqual([GOING_ON]);
  });

  it('grows, and becomes less while it is going on: the last word may turn out not to have been heard', async () => {
    await open();
    await keep(['Hello?', 'I am'], { hasAnswered: true });
    await keep(['Hello?']);
    expect(await stored()).toEqual([{ ...GOING_ON, words: ['Hello?'], has_answered: true }]);
  });

  it('is due to be concluded as soon as it is over', async () => {
    await open();
    await keep(['Hello?', 'Who is it?'], { end: 'hung_up' });
    expect(await stored()).toEqual([
      { ...GOING_ON, words: ['Hello?', 'Who is it?'], session_end: 'hung_up', is_due: true },
    ]);
  });

  it.each(['lost', 'shut_down'] as const)(
    'is not over with a session that was %s, and goes on with another',
    async (end) => {
      await open();
      await keep(['Hello?'], { end, hasAnswered: true });
      expect(await stored()).toEqual([{ ...GOING_ON, words: ['Hello?'], has_answered: true, session_end: end }]);
      expect(await open()).toMatchObject({ sessions: 2, messages: turnsOf(['Hello?']) });
      expect(await stored()).toEqual([{ ...GOING_ON, words: ['Hello?'], has_answered: true, sessions: 2 }]);
    },
  );

  it('is kept by its latest session alone', async () => {
    await open();
    await open();
    expect(await keep(['I am late.'], { session: 1, end: 'hung_up' })).toBe(false);
    expect(await keep(['Hello?'], { session: 2 })).toBe(true);
    expect(await stored()).toEqual([{ ...GOING_ON, words: ['Hello?'], sessions: 2 }]);
  });

  it('goes on, and is concluded anew, where its call does after all', async () => {
    await open();
    await keep(['Hello?'], { end: 'hung_up' });
    await report(['Hello?']);
    await open();
    expect(await stored()).toEqual([{ ...GOING_ON, words: ['Hello?'], sessions: 2 }]);
  });

  it('is not replaced by less once it is complete, nor asked about again', async () => {
    await open();
    await report(['Hello?', 'Who is it?']);
    expect(await keep(['Hello?'], { end: 'hung_up' })).toBe(false);
    expect(await keep(['Hello?', 'Who is it?', 'Ada.'], { end: 'hung_up' })).toBe(true);
    expect(await stored()).toEqual([
      { ...GOING_ON, status: 'completed', words: ['Hello?', 'Who is it?', 'Ada.'], session_end: 'hung_up' },
    ]);
  });

  it('of a call that is not on the line is none', async () => {
    for (const jobId of [campaign.claimed.jobId, campaign.reached.jobId, randomUUID()])
      expect(await open(jobId)).toBeUndefined();
    expect(await keep(['Hello?'])).toBe(false);
    expect(await testDatabase.query('SELECT FROM conversations WHERE call_id = $1', [campaign.reached.callId])).toEqual(
      [],
    );
  });

  it('is completed by the report that brings the whole of it, and by no second one', async () => {
    await open();
    await keep(['Hello?']);
    await report(['Hello?', 'Who is it?']);
    await report(['Something else.']);
    expect(await stored()).toEqual([{ ...GOING_ON, status: 'completed', words: ['Hello?', 'Who is it?'] }]);
  });

  it('of somebody who was erased is neither opened nor stored', async () => {
    await open();
    await erase();
    expect(await keep(['My name is Ada.'])).toBe(false);
    expect(await open()).toBeUndefined();
    expect(await stored()).toEqual([]);
  });

  it('of somebody who is being erased waits, and is not opened', async () => {
    let commit: () => void = () => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    const erased = erase(mayCommit);
    await until('the lead is erased', async () => isLocked(campaign.talking.leadId));
    const opened = open();
    await until('somebody waits', async () => (await waiting()) > 0);
    commit();
    await erased;
    expect(await opened).toBeUndefined();
    expect(await stored()).toEqual([]);
  });

  it('begins before the end of its call is written down, or not at all', async () => {
    let commit: () => void = () => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    const ended = database.transaction(async (sql) => {
      const { jobId, callId } = campaign.talking;
      await sql.run({ name: 'hold', text: 'SELECT FROM calls WHERE id = $1 FOR UPDATE' }, [callId]);
      await mayCommit;
      await sql.run({ name: 'end', text: `UPDATE calls SET status = 'completed' WHERE id = $1` }, [callId]);
      return endConversations(sql, [jobId]);
    });
    await until('the call is held', async () => isCallLocked(campaign.talking.callId));
    const opened = open();
    await until('somebody waits', async () => (await waiting()) > 0);
    commit();
    expect(await ended).toEqual([campaign.talking.jobId]);
    expect(await opened).toBeUndefined();
  });

  function report(words: readonly string[]): Promise<void> {
    const { callId } = campaign.talking;
    return insertCallMedia(database, [
      { call_id: callId, tenant_id: 't', provider: 'twilio', messages: turnsOf(words), recording_source_url: null },
    ]);
  }

  /** Erases the person in the call, who is the first of four. */
  function erase(mayCommit?: Promise<void>): Promise<void> {
    return database.transaction(async (sql) => {
      const phoneNumber = dramaNumber(furnished - 4);
      await erasePerson(sql, { tenantId: 't', phoneNumber, personHash: 'ab'.repeat(32) });
      await mayCommit;
    });
  }

  async function isLocked(leadId: string): Promise<boolean> {
    const free = await testDatabase.query('SELECT FROM leads WHERE id = $1 FOR KEY SHARE SKIP LOCKED', [leadId]);
    return free.length === 0;
  }

  async function isCallLocked(callId: string): Promise<boolean> {
    const free = await testDatabase.query('SELECT FROM calls WHERE id = $1 FOR KEY SHARE SKIP LOCKED', [callId]);
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

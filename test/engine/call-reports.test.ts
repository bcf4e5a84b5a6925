import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyInvariants } from '#database/statements/ops/verify-invariants.js';
import type { CallStatus } from '#rules/call/call-status.js';
import { clearStage } from './dialing/stage.js';
import { addAttempt, furnishCampaign, type Attempt } from '../support/furnished-campaign.js';
import { eventOf } from '../support/obedient-carrier.js';
import { openContext, type OpsContext } from '../../apps/local/src/ops/ops-context.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const CAMPAIGNS = 12;
const LEADS_OF_A_CAMPAIGN = 4;

const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

interface LiveAttempt extends Attempt {
  readonly campaignId: string;
}

describe('What is told of calls in many campaigns at once', () => {
  let database: TestDatabase;
  let context: OpsContext;
  let calls: LiveAttempt[];
  let furnished = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    context = await openContext(testConfig(database.url), database.url);
  });
  afterAll(async () => {
    await context.close();
    await database.drop();
  });

  const furnish = async (): Promise<LiveAttempt> => {
    const from = LEADS_OF_A_CAMPAIGN * furnished++;
    const { id, waiting } = await furnishCampaign(database, { provider: 'obedient', from });
    const facts = { provider: 'obedient', job: 'active', call: 'initiated', lead: 'in_progress' };
    return { ...(await addAttempt(database, waiting.leadId, facts)), campaignId: id };
  };
  beforeEach(async () => {
    await clearStage(database, 'DELETE FROM campaigns; UPDATE tenants SET minutes_remaining = NULL');
    furnished = 0;
    calls = [];
    for (let n = 0; n < CAMPAIGNS; n++) calls.push(await furnish());
  });

  const tell = ({ jobId }: Attempt, status: CallStatus) => context.recorder.record(eventOf(jobId, status));
  const statuses = async (of: readonly Attempt[]) => {
    const rows = await database.query<{ id: string; status: string }>('SELECT id, status FROM calls');
    const byId = new Map(rows.map(({ id, status }) => [id, status]));
    return [...new Set(of.map(({ callId }) => byId.get(callId)))];
  };
  const transactions = async () => {
    const [row] = await database.query<{ n: number }>('SELECT count(DISTINCT xmin::text)::int AS n FROM call_reports');
    return row!.n;
  };

  it('is written down in one transaction, but for what came first', async () => {
    await Promise.all(calls.map((call) => tell(call, 'ringing')));
    expect(await statuses(calls)).toEqual(['ringing']);
    expect(await transactions()).toBeLessThanOrEqual(2);
  });

  it('settles each attempt in its own campaign', async () => {
    await Promise.all(calls.map((call, n) => tell(call, n % 2 === 0 ? 'completed' : 'busy')));
    const rows = await database.query('SELECT DISTINCT calls_completed, calls_failed FROM campaigns ORDER BY 1');
    expect(rows).toEqual([
      { calls_completed: 1, calls_failed: 1 },
      { calls_completed: 2, calls_failed: 0 },
    ]);
    const failed = (await verifyInvariants(context.database)).filter(({ count }) => count > 0);
    expect(failed).toEqual([]);
  });

  it('is written down of all but the one campaign that somebody has, and of that one once it is let go', async () => {
    const [locked, ...others] = calls as [LiveAttempt, ...LiveAttempt[]];
    const holder = await database.lock(`SELECT FROM campaigns WHERE id = '${locked.campaignId}' FOR UPDATE`);
    let isTold = false;
    const all = calls.map((call) => tell(call, 'ringing'));
    void all[0]!.then(() => (isTold = true));
    await Promise.all(all.slice(1));
    expect([isTold, await statuses(others), await statuses([locked])]).toEqual([false, ['ringing'], ['initiated']]);
    await holder.letGo();
    await all[0];
    expect(await statuses([locked])).toEqual(['ringing']);
  });

  it('does not wait for a call, nor for a budget, that somebody has', async () => {
    const [locked, alone, ...others] = calls as [LiveAttempt, LiveAttempt, ...LiveAttempt[]];
    await database.query(`
      INSERT INTO tenants (id, business_name) VALUES ('other', 'Another') ON CONFLICT DO NOTHING;
      UPDATE tenants SET minutes_remaining = 100 WHERE id = 'other'`);
    await moveToTenant(alone, 'other');
    const holders = [
      await database.lock(`SELECT FROM dialer_jobs WHERE id = '${locked.jobId}' FOR UPDATE`),
      await database.lock(`SELECT FROM tenants WHERE id = 'other' FOR UPDATE`),
    ];
    const all = calls.map((call) => tell(call, 'completed'));
    await Promise.all(all.slice(2));
    expect([await statuses(others), await statuses([locked, alone])]).toEqual([['completed'], ['initiated']]);
    for (const holder of holders) await holder.letGo();
    await Promise.all(all);
    expect(await statuses(calls)).toEqual(['completed']);
  });

  it('takes what one call of another tenant has talked off that tenant’s minutes', async () => {
    await database.query(`
      INSERT INTO tenants (id, business_name) VALUES ('other', 'Another') ON CONFLICT DO NOTHING;
      UPDATE tenants SET minutes_remaining = 100`);
    await moveToTenant(calls[0]!, 'other');
    const talked = { durationSeconds: 90 };
    await Promise.all(calls.map(({ jobId }) => context.recorder.record(eventOf(jobId, 'completed', talked))));
    const minutes = await database.query('SELECT id, minutes_remaining AS left FROM tenants ORDER BY id');
    expect(minutes).toEqual([
      { id: 'other', left: 98 },
      { id: 't', left: 100 - 2 * (CAMPAIGNS - 1) },
    ]);
  });

  it('is taken off the minutes also where it is told after the end that somebody had taken the call', async () => {
    const [{ jobId }] = calls as [LiveAttempt, ...LiveAttempt[]];
    await database.query('UPDATE tenants SET minutes_remaining = 100');
    const answeredAt = new Date(Date.now() - 300_000);
    await tell(calls[0]!, 'completed');
    await context.recorder.record(eventOf(jobId, 'in_progress', { occurredAt: answeredAt }));
    await context.recorder.record(eventOf(jobId, 'completed', { reportKey: 'report', durationSeconds: 300 }));
    expect(await database.query(`SELECT minutes_remaining AS left FROM tenants WHERE id = 't'`)).toEqual([
      { left: 95 },
    ]);
  });

  it('is written down of one campaign while many others are held, for which everybody waits', async () => {
    const [free, ...locked] = calls as [LiveAttempt, ...LiveAttempt[]];
    const ids = locked.map(({ campaignId }) => `'${campaignId}'`).join(', ');
    const holder = await database.lock(`SELECT FROM campaigns WHERE id IN (${ids}) FOR UPDATE`);
    let ended = 0;
    const waiting = locked.map((call) => tell(call, 'ringing').finally(() => (ended += 1)));
    await until('some wait', async () => (await database.query(WAITING)).length > 0);
    for (const status of ['ringing', 'in_progress'] as const) await tell(free, status);
    expect([await statuses([free]), ended]).toEqual([['in_progress'], 0]);
    await holder.letGo();
    await Promise.all(waiting);
    expect(await statuses(locked)).toEqual(['ringing']);
  });

  it('pauses the campaign in which all fails, beside placements in another one, and no other', async () => {
    const [faulty, busy, ...others] = calls as [LiveAttempt, LiveAttempt, ...LiveAttempt[]];
    const ids = calls.map(({ campaignId }) => campaignId);
    await database.query(`UPDATE campaigns SET status = 'running', end_at = NULL WHERE id = ANY($1)`, [ids]);
    await database.query(`UPDATE campaigns SET breaker_attempts = 9, breaker_faults = 9 WHERE id = $1`, [
      faulty.campaignId,
    ]);
    const placing = await database.lock(`SELECT FROM campaigns WHERE id = '${busy.campaignId}' FOR KEY SHARE`);
    await Promise.all(calls.map((call) => tell(call, call === faulty ? 'failed' : 'completed')));
    await placing.letGo();
    const rows = await database.query<{ id: string; status: string; status_reason: string | null }>(
      'SELECT id, status, status_reason FROM campaigns WHERE id = ANY($1)',
      [ids],
    );
    const ofOne = (id: string) => rows.find((row) => row.id === id);
    expect(ofOne(faulty.campaignId)).toMatchObject({ status: 'paused', status_reason: 'circuit_breaker' });
    for (const { campaignId } of [busy, ...others]) expect(ofOne(campaignId)?.status).not.toBe('paused');
  });

  it('lets a campaign sleep in which nobody is to be called now, until somebody is', async () => {
    const [call] = calls as [LiveAttempt, ...LiveAttempt[]];
    const dueAt = new Date(Date.UTC(2031, 0, 1));
    const hours = `'-infinity', 'infinity'`;
    await database.query(
      `WITH place AS (INSERT INTO areas (key, zones, number_country, number_kind)
           VALUES ('test', '["Europe/London"]', 'GB', 'ordinary')
         ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key RETURNING id),
       hours AS (INSERT INTO campaign_hours (campaign_id, area_id, opens_at, closes_at)
         SELECT $1, id, ${hours} FROM place),
       another AS (INSERT INTO leads (tenant_id, campaign_id, area_id, phone_number, number_key, next_attempt_at)
         SELECT 't', $1, id, '+442079469999', '+442079469999', $2 FROM place)
       UPDATE campaigns SET status = 'running', wake_at = NULL WHERE id = $1`,
      [call.campaignId, dueAt],
    );
    await tell(call, 'completed');
    const [row] = await database.query('SELECT status, wake_at FROM campaigns WHERE id = $1', [call.campaignId]);
    expect(row).toEqual({ status: 'running', wake_at: dueAt });
  });

  it('is never waited for in a circle', async () => {
    expect(await database.query(WAITING)).toEqual([]);
    expect(await database.deadlocks()).toBe(0);
  });

  /** Its keys lead from one table to the next; what follows changes of them looks away. */
  async function moveToTenant({ campaignId }: LiveAttempt, tenantId: string): Promise<void> {
    const tables = { campaigns: 'id', leads: 'campaign_id', dialer_jobs: 'campaign_id', calls: 'campaign_id' };
    const moves = Object.entries(tables).map(
      ([table, key]) => `UPDATE ${table} SET tenant_id = '${tenantId}' WHERE ${key} = '${campaignId}'`,
    );
    await database.query(`SET LOCAL session_replication_role = replica; ${moves.join('; ')}`);
  }
});

import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '#database/connection/database.js';
import { DatabaseModule } from '#database/database.module.js';
import { giveImportBack, claimImport } from '#database/statements/imports/run-import.js';
import { beginWork } from '#database/statements/engine/sweep/work-tries.js';
import { CountedWork } from '#dialer/tries/counted-work.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { operatorRules } from '#dialer/campaigns/operator-rules.js';
import { routeOf } from '#dialer/routes/call-route.js';
import { CostLookups } from '#dialer/sweep/cost-lookups.js';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { QueueModule } from '#queue/queue.module.js';
import { MOST_TRIES, type WorkKind } from '#rules/attempt/work-tries.js';
import { furnishCampaign, type FurnishedCampaign } from '../../support/furnished-campaign.js';
import { ObedientCarrier } from '../../support/obedient-carrier.js';
import { testConfig } from '../../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('Work that is counted before it is begun', () => {
  let database: TestDatabase;
  let app: INestApplicationContext;
  let carrier: ObedientCarrier;
  let campaign: FurnishedCampaign;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    carrier = new ObedientCarrier();
    campaign = await furnishCampaign(database, { provider: carrier.name });
    const config = testConfig(database.url);
    class Engine {}
    app = await NestFactory.createApplicationContext(
      {
        module: Engine,
        imports: [
          DatabaseModule.forRoot(database.url, { ...config, poolSize: 3, unnamed: 'engine', login: 'any' }),
          QueueModule.forRoot({ redisUrl: null, databaseUrl: database.url }, 'producer'),
          DialerModule.forRoot(carrier, routeOf(config)),
        ],
        providers: [operatorRules(config, { isWorker: true })],
      },
      { logger: false, abortOnError: false },
    );
  });

  afterEach(async () => {
    await app.close();
    await database.drop();
  });

  const rows = () =>
    database.query(
      'SELECT kind, subject, tries, given_up_at IS NOT NULL AS is_given_up FROM work_tries ORDER BY subject',
    );

  /** Counts the work as begun `times` times, as if so many processes had died in it. */
  async function die(kind: WorkKind, subject: string, times = MOST_TRIES): Promise<void> {
    for (let n = 0; n < times; n++) await beginWork(app.get(Database), { kind, subjects: [subject] });
  }

  const run = (items: readonly string[], work: (items: readonly string[]) => Promise<void>, givenUp: string[] = []) =>
    app.get(CountedWork).run({
      kind: 'cost_lookup',
      items,
      subjectOf: (item) => item,
      work,
      giveUp: async (item) => void givenUp.push(item),
    });

  it('is counted while it is under way, and no more once it has ended, well or not', async () => {
    await run(['a', 'b'], async () => {
      expect(await rows()).toMatchObject([
        { subject: 'a', tries: 1 },
        { subject: 'b', tries: 1 },
      ]);
    });
    expect(await rows()).toEqual([]);
    await expect(run(['a'], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await rows()).toEqual([]);
  });

  it('is given up once, and tried once more after a day', async () => {
    await die('cost_lookup', 'a');
    const [done, givenUp]: [string[], string[]] = [[], []];
    const work = async (items: readonly string[]) => void done.push(...items);
    await run(['a', 'b'], work, givenUp);
    await run(['a', 'b'], work, givenUp);
    expect({ done, givenUp }).toEqual({ done: ['b', 'b'], givenUp: ['a', 'a'] });
    expect(await rows()).toMatchObject([{ subject: 'a', tries: MOST_TRIES, is_given_up: true }]);
    await database.query(`UPDATE work_tries SET given_up_at = now() - interval '25 hours'`);
    await die('cost_lookup', 'a', 1);
    await run(['a'], work, givenUp);
    expect(givenUp).toHaveLength(3);
    await database.query(`UPDATE work_tries SET given_up_at = now() - interval '25 hours'`);
    await run(['a'], work, givenUp);
    expect(done).toEqual(['b', 'b', 'a']);
    expect(await rows()).toEqual([]);
  });

  it('leaves a call alone that cannot be looked up, until its deadline, and looks up the others', async () => {
    const { jobId } = campaign.talking;
    await database.query(
      `UPDATE dialer_jobs SET check_at = now(), deadline_at = now() + interval '1 hour' WHERE status = 'active'`,
    );
    await die('call_review', jobId);
    await app.get(Sweeper).sweep();
    expect(carrier.lookUps).toEqual([]);
    expect(await rows()).toMatchObject([{ kind: 'call_review', subject: jobId, is_given_up: true }]);
    await database.query(
      `UPDATE dialer_jobs SET check_at = now(), deadline_at = now() - interval '1 hour' WHERE status = 'active'`,
    );
    await app.get(Sweeper).sweep();
    expect(carrier.lookUps).toEqual([]);
    const [job] = await database.query('SELECT status FROM dialer_jobs WHERE id = $1', [jobId]);
    expect(job).toEqual({ status: 'failed' });
  });

  it('asks no more for a cost that cannot be asked for', async () => {
    const { callId } = campaign.reached;
    await database.query('INSERT INTO cost_lookups (call_id, due_at) VALUES ($1, now())', [callId]);
    await die('cost_lookup', callId);
    await app.get(CostLookups).lookUpDueCosts();
    expect(carrier.lookUps).toEqual([]);
    expect(await database.query('SELECT * FROM cost_lookups')).toEqual([]);
  });

  it('leaves a campaign alone that cannot be woken, and wakes the others', async () => {
    const other = await furnishCampaign(database, { provider: carrier.name, from: 50 });
    await database.query(`UPDATE campaigns SET wake_at = now() - interval '1 minute', max_concurrent_calls = 5`);
    await die('campaign_wake', campaign.id);
    await app.get(Sweeper).sweep();
    const due = await database.query(`SELECT id FROM campaigns WHERE wake_at <= now() - interval '30 seconds'`);
    expect(due).toEqual([{ id: campaign.id }]);
    expect(other.id).not.toBe(campaign.id);
  });

  it('uses up no try of an import when its worker goes away in order', async () => {
    await database.query(
      `INSERT INTO imports (tenant_id, kind, campaign_id, status, claimed_until)
       VALUES ('t', 'contacts', $1, 'queued', now())`,
      [campaign.id],
    );
    const sql = app.get(Database);
    for (let n = 0; n < 10; n++) {
      const claimed = await claimImport(sql, `worker ${n}`);
      expect(claimed).toMatchObject({ tries: 1 });
      await giveImportBack(sql, claimed!.id, `worker ${n}`);
    }
  });
});

import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { addWorker, campaignOf, setStage, startCampaign, type Stage } from './stage.js';

const LEADS = 200;
const SLOTS = 20;

/** A carrier that loses answers, repeats, shuffles and withholds reports, and throttles. */
const ENVIRONMENT = {
  SIMULATOR_RING_SECONDS: '0.02',
  SIMULATOR_TALK_SECONDS: '0.02',
  SIMULATOR_FAULTS: 'lost=0.05,503=0.05,dup=0.3,reorder=0.3,noend=0.05,429=0.05',
};

describeOnEachQueue('Two workers and a faulty carrier', (backend) => {
  let stage: Stage;
  let second: INestApplicationContext;
  let campaignId: string;

  beforeAll(async () => {
    stage = await setStage(backend, undefined, ENVIRONMENT);
    second = await addWorker(stage, undefined, ENVIRONMENT);
    campaignId = (await startCampaign(stage, { count: LEADS, max_concurrent_calls: SLOTS, retry_failed: false })).id;
    await until('everybody has been called', async () => {
      await hurry(stage);
      const { calls_completed, calls_failed } = await campaignOf(stage, campaignId);
      return Number(calls_completed) + Number(calls_failed) === LEADS;
    });
  });

  afterAll(async () => {
    await second.close();
    await stage.close();
  });

  it('call everybody once', async () => {
    const [row] = await stage.database.query(
      `SELECT count(*)::int AS calls, count(DISTINCT lead_id)::int AS leads FROM calls`,
    );
    expect(row).toEqual({ calls: LEADS, leads: LEADS });
  });

  it('lose no report of a call that was answered', async () => {
    await until('all reports have come', async () => {
      const missing = await stage.database.query(
        `SELECT 1 FROM calls WHERE status = 'completed' AND transcript IS NULL`,
      );
      return missing.length === 0;
    });
  });

  it('never wait for each other in a circle', async () => {
    expect(await stage.database.deadlocks()).toBe(0);
  });

  it('leave counters that agree with the rows', async () => {
    const [row] = await stage.database.query(`
      SELECT count(*) FILTER (WHERE status = 'completed')::int AS calls_completed,
        count(*) FILTER (WHERE status <> 'completed')::int AS calls_failed FROM calls`);
    expect(await campaignOf(stage, campaignId)).toMatchObject(row!);
  });
});

/**
 * Ends the waits of look-ups and of throttled leads, which take seconds otherwise. Waits for no lock, and so delays no
 * worker.
 */
async function hurry({ database }: Stage): Promise<void> {
  await database.query(`
    UPDATE dialer_jobs SET check_at = now() WHERE id IN (
      SELECT id FROM dialer_jobs WHERE status = 'unconfirmed' AND check_at > now() FOR UPDATE SKIP LOCKED)`);
  await database.query(`
    UPDATE leads SET next_attempt_at = now() WHERE id IN (
      SELECT id FROM leads WHERE status = 'pending' AND call_attempts = 0 AND next_attempt_at > now()
        FOR UPDATE SKIP LOCKED)`);
}

import { getQueueToken } from '@nestjs/bullmq';
import type { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { DIAL_QUEUE } from '#queue/dial-job.js';
import { ObedientCarrier } from '../../support/obedient-carrier.js';
import { createCampaign, dramaNumber } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { addWorker, setStage, startCampaign, type Stage } from './stage.js';
import { Entries, expectPaced, PACE } from './pace.js';

const CALLS = 16;

/** More slots than calls per second: what is claimed waits for its turn, with two workers. */
describeOnEachQueue('Calls per second', (backend) => {
  const entries = new Entries();
  const askedAt: number[] = [];
  const carrier = new ObedientCarrier();
  let stage: Stage;
  let second: INestApplicationContext;
  let from = 0;

  beforeAll(async () => {
    carrier.answer = (request) => {
      askedAt.push(entries.at(request));
      return carrier.accept(request);
    };
    stage = await setStage(backend, carrier, PACE);
    entries.watch(stage.worker);
    second = entries.watch(await addWorker(stage, carrier, PACE));
  });

  afterAll(async () => {
    await second.close();
    await stage.close();
  });

  beforeEach(() => {
    askedAt.length = 0;
  });

  const start = (count: number, slots: number) =>
    startCampaign(stage, { count, from: (from += 20), max_concurrent_calls: slots });
  const placed = (count: number) => until(`${count} are placed`, async () => askedAt.length >= count);

  it('are never exceeded, and all calls are made', async () => {
    await start(CALLS, CALLS);
    await placed(CALLS);
    expectPaced(askedAt);
  });

  it('are shared by campaigns: none waits for all calls of another one', async () => {
    const small = await createCampaign(stage.client, { max_concurrent_calls: 2 });
    from += 20;
    const contacts = [0, 1].map((n) => ({ phone_number: dramaNumber(from + n) }));
    await stage.client.post(`/campaigns/${small.id}/contacts/bulk`, { contacts });
    const large = await start(CALLS, CALLS);
    await until('some are placed', async () => askedAt.length > 2);
    await stage.client.post(`/campaigns/${small.id}/start`);
    await placed(CALLS + 2);
    const [after] = await stage.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM calls WHERE campaign_id = $1
       AND started_at > (SELECT max(started_at) FROM calls WHERE campaign_id = $2)`,
      [large.id, small.id],
    );
    expect(after!.n).toBeGreaterThan(0);
    expectPaced(askedAt);
  });

  it('keep what waits for its turn from being published again before', async () => {
    for (let n = 0; n < 8; n++) await start(2, 2);
    await placed(2);
    await stage.worker.get(Sweeper).sweep();
    const again = await stage.database.query(`SELECT FROM dialer_jobs WHERE status = 'queued' AND publishes > 1`);
    expect(again).toEqual([]);
    await placed(16);
    expectPaced(askedAt);
  });

  it('hold also when the queue has been emptied', async () => {
    await start(CALLS, CALLS);
    const queue = stage.worker.get<Queue>(getQueueToken(DIAL_QUEUE));
    await queue.obliterate({ force: true });
    await queue.resume();
    await until('all are placed', async () => {
      await stage.database.query(`UPDATE dialer_jobs SET check_at = now() WHERE id IN (
        SELECT id FROM dialer_jobs WHERE status = 'queued' ORDER BY id FOR UPDATE)`);
      return askedAt.length === CALLS;
    });
    expectPaced(askedAt);
  });
});

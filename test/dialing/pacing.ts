import { getQueueToken } from '@nestjs/bullmq';
import type { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweeper.js';
import { DIAL_QUEUE } from '#queue/dial-job.js';
import { ObedientCarrier } from '../harness/obedient-carrier.js';
import { startWorker } from '../harness/running-worker.js';
import { testConfig } from '../harness/test-config.js';
import { until } from '../harness/until.js';
import { setStage, startCampaign, type QueueBackend, type Stage } from './stage.js';

const CALLS_PER_SECOND = 5;
const CALLS = 16;
const PACE = { CALLS_PER_SECOND: `${CALLS_PER_SECOND}` };

/** More slots than calls per second: what is claimed waits for its turn, with two workers. */
export function describePacing(backend: QueueBackend): void {
  describe(`Calls per second, with the queue on ${backend}`, () => {
    const askedAt: number[] = [];
    const carrier = new ObedientCarrier();
    let stage: Stage;
    let second: INestApplicationContext;
    let from = 0;

    beforeAll(async () => {
      carrier.answer = (request) => {
        askedAt.push(performance.now());
        return carrier.accept(request);
      };
      stage = await setStage(backend, carrier, PACE);
      second = await another();
    });

    afterAll(async () => {
      await second.close();
      await stage.close();
    });

    const another = () => {
      const queue = stage.redis ? { REDIS_URL: stage.redis.url } : {};
      return startWorker(testConfig(stage.database.url, { ...queue, ...PACE }), carrier);
    };

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
      const large = await start(CALLS, CALLS);
      await until('some are placed', async () => askedAt.length > 2);
      const small = await start(2, 2);
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

    it('hold when a worker ends while jobs wait in it, and those are placed by another one', async () => {
      for (let n = 0; n < 4; n++) await start(4, 4);
      await placed(3);
      await second.close();
      await placed(16);
      expectPaced(askedAt);
      second = await another();
    });
  });
}

/** Two seconds' worth of calls take more than nine tenths of a second, wherever one begins to look. */
function expectPaced(askedAt: readonly number[]): void {
  for (const [index, at] of askedAt.entries()) {
    const later = askedAt[index + 2 * CALLS_PER_SECOND];
    if (later !== undefined) expect(later - at).toBeGreaterThan(900);
  }
}

import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweeper.js';
import { DIAL_QUEUE } from '#queue/dial-job.js';
import { ObedientCarrier } from '../harness/obedient-carrier.js';
import { until } from '../harness/until.js';
import { setStage, startCampaign, type QueueBackend, type Stage } from './stage.js';

const CALLS_PER_SECOND = 5;
const CALLS = 16;

/** More slots than calls per second: what is claimed waits in the queue for its turn. */
export function describePacing(backend: QueueBackend): void {
  describe(`Calls per second, with the queue on ${backend}`, () => {
    const askedAt: number[] = [];
    const carrier = new ObedientCarrier();
    let stage: Stage;

    beforeAll(async () => {
      carrier.answer = (request) => {
        askedAt.push(performance.now());
        return carrier.accept(request);
      };
      stage = await setStage(backend, carrier, { CALLS_PER_SECOND: `${CALLS_PER_SECOND}` });
      await startCampaign(stage, { count: CALLS, max_concurrent_calls: CALLS });
    });

    afterAll(() => stage.close());

    it('publishes again at most what is being handed out at this moment, not what waits for its turn', async () => {
      await stage.database.query(`UPDATE dialer_jobs SET check_at = now() WHERE id IN (
          SELECT id FROM dialer_jobs WHERE check_at IS NOT NULL ORDER BY id FOR UPDATE)`);
      await stage.worker.get(Sweeper).sweep();
      const rows = await stage.database.query(`SELECT 1 FROM dialer_jobs WHERE status = 'queued' AND publishes > 1`);
      expect(rows.length).toBeLessThanOrEqual(CALLS_PER_SECOND);
    });

    it('are never exceeded, and all calls are made', async () => {
      await until('all are placed', async () => carrier.requests.length === CALLS);
      expectPaced(askedAt);
    });

    it('hold also when the queue has been emptied and has forgotten them', async () => {
      askedAt.length = 0;
      await startCampaign(stage, { count: CALLS, from: CALLS, max_concurrent_calls: CALLS });
      const queue = stage.worker.get<Queue>(getQueueToken(DIAL_QUEUE));
      await queue.obliterate({ force: true });
      await queue.resume();
      await until('all are placed', async () => {
        await stage.database.query(`UPDATE dialer_jobs SET check_at = now() WHERE id IN (
          SELECT id FROM dialer_jobs WHERE status = 'queued' ORDER BY id FOR UPDATE)`);
        return carrier.requests.length === 2 * CALLS;
      });
      expectPaced(askedAt);
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

import { getQueueToken } from '@nestjs/bullmq';
import type { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CallPlacer } from '#dialer/place/call-placer.js';
import { Pacer } from '#dialer/place/pacer.js';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import type { PlaceCallRequest, PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { DIAL_QUEUE } from '#queue/dial-job.js';
import { DialProcessor } from '../../apps/worker/src/dial/dial.processor.js';
import { ObedientCarrier } from '../harness/obedient-carrier.js';
import { createCampaign, dramaNumber } from '../harness/running-api.js';
import { startWorker } from '../harness/running-worker.js';
import { testConfig } from '../harness/test-config.js';
import { until } from '../harness/until.js';
import { setStage, startCampaign, type QueueBackend, type Stage } from './stage.js';

const CALLS_PER_SECOND = 5;
const CALLS = 16;
const AT_THE_GATE = 2;
/** Longer than a turn is good for. */
const LATE_MS = 3_000;
const PACE = { CALLS_PER_SECOND: `${CALLS_PER_SECOND}`, WORKER_CONCURRENCY: `${AT_THE_GATE}` };

/** More slots than calls per second: what is claimed waits for its turn, with two workers. */
export function describePacing(backend: QueueBackend): void {
  describe(`Calls per second, with the queue on ${backend}`, () => {
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
      second = await another();
    });

    afterAll(async () => {
      await second.close();
      await stage.close();
    });

    const another = async (over = carrier) => {
      const queue = stage.redis ? { REDIS_URL: stage.redis.url } : {};
      return entries.watch(await startWorker(testConfig(stage.database.url, { ...queue, ...PACE }), over));
    };
    /** A worker that is alone at work; its carrier does not answer before it is released. */
    async function alone(work: (worker: INestApplicationContext, mute: MuteCarrier) => Promise<void>): Promise<void> {
      const others = [stage.worker, second].map((worker) => worker.get(DialProcessor));
      for (const other of others) other.pause();
      await until('the others have stopped', async () => others.every(({ worker }) => !worker.isRunning()));
      const mute = new MuteCarrier(entries);
      const worker = await another(mute);
      try {
        await work(worker, mute);
      } finally {
        mute.release();
        await worker.close();
        for (const other of others) other.start();
      }
    }
    const turnsHavePassed = () =>
      until('all turns that were given have passed', async () => {
        const [row] = await stage.database.query<{ have_passed: boolean }>(
          `SELECT next_at < now() - interval '1.2 seconds' AS have_passed FROM pacing`,
        );
        return row?.have_passed ?? false;
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

    it('hold when a worker ends while jobs wait in it, and those are placed by another one', async () => {
      for (let n = 0; n < 4; n++) await start(4, 4);
      await placed(3);
      await second.close();
      await placed(16);
      expectPaced(askedAt);
      second = await another();
    });

    it('hold also for those who have waited at the gate for longer than their turn lasts', async () => {
      await alone(async (_worker, mute) => {
        for (let n = 0; n < 5; n++) await start(4, 4);
        await until('nobody else is let in', async () => mute.askedAt.length === AT_THE_GATE);
        await turnsHavePassed();
        mute.release();
        await until('all are placed', async () => mute.askedAt.length === 20);
        expectPaced(mute.askedAt.slice(AT_THE_GATE));
      });
    });

    it('hold also where a turn is told too late to be taken: another one is', async () => {
      await alone(async (worker, mute) => {
        mute.release();
        const endsAt = tellLate(worker.get(Pacer), 1);
        for (let n = 0; n < 2; n++) await start(4, 4);
        await until('all are placed', async () => mute.requests.length === 8);
        for (const request of mute.requests)
          expect(entries.at(request) - endsAt.get(request.dialerJobId)!).toBeLessThan(1_000);
      });
    });

    it('are made also where all turns are told too late', async () => {
      await alone(async (worker, mute) => {
        mute.release();
        tellLate(worker.get(Pacer), Infinity);
        await start(2, 2);
        await until('both are placed', async () => mute.requests.length === 2);
      });
    });

    it('place nobody any more in a worker that ends, whoever waits at its gate', async () => {
      await alone(async (worker, mute) => {
        for (let n = 0; n < 3; n++) await start(4, 4);
        await until('nobody else is let in', async () => mute.askedAt.length === AT_THE_GATE);
        await turnsHavePassed();
        const closed = worker.close();
        mute.release();
        await closed;
        expect(mute.askedAt).toHaveLength(AT_THE_GATE);
      });
      await placed(12 - AT_THE_GATE);
    });
  });
}

/** When dialer jobs were let through to be placed: what became of them then is no matter of pace. */
class Entries {
  private readonly enteredAt = new Map<string, number>();

  watch<Worker extends INestApplicationContext>(worker: Worker): Worker {
    const placer = worker.get(CallPlacer);
    const place = placer.place.bind(placer);
    placer.place = (dialerJobId) => {
      if (!this.enteredAt.has(dialerJobId)) this.enteredAt.set(dialerJobId, performance.now());
      return place(dialerJobId);
    };
    return worker;
  }

  at({ dialerJobId }: PlaceCallRequest): number {
    return this.enteredAt.get(dialerJobId)!;
  }
}

/**
 * As a process is told that stands still between the database's answer and reading it, or whose database is slow: the
 * first so many times, each dialer job. @returns when the turns end that were told last.
 */
function tellLate(pacer: Pacer, times: number): ReadonlyMap<string, number> {
  const told = new Map<string, number>();
  const endsAt = new Map<string, number>();
  const turnOf = pacer.turnOf.bind(pacer);
  pacer.turnOf = async (dialerJobId) => {
    const turn = await turnOf(dialerJobId);
    const n = told.get(dialerJobId) ?? 0;
    told.set(dialerJobId, n + 1);
    endsAt.set(dialerJobId, turn.endsAt);
    if (n < times) await pause(LATE_MS);
    return turn;
  };
  return endsAt;
}

class MuteCarrier extends ObedientCarrier {
  readonly askedAt: number[] = [];
  release: () => void = () => undefined;
  private readonly released = new Promise<void>((resolve) => (this.release = resolve));

  constructor(private readonly entries: Entries) {
    super();
  }

  override answer = async (request: PlaceCallRequest): Promise<PlaceCallResult> => {
    this.askedAt.push(this.entries.at(request));
    await this.released;
    return this.accept(request);
  };
}

/** Two seconds' worth of calls take more than nine tenths of a second, wherever one begins to look. */
function expectPaced(askedAt: readonly number[]): void {
  const inOrder = askedAt.toSorted((one, other) => one - other);
  for (const [index, at] of inOrder.entries()) {
    const later = inOrder[index + 2 * CALLS_PER_SECOND];
    if (later !== undefined) expect(later - at).toBeGreaterThan(900);
  }
}

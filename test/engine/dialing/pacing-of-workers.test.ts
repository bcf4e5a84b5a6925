import type { INestApplicationContext } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Pacer } from '#dialer/place/pacer.js';
import type { PlaceCallRequest, PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { ObedientCarrier } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { addWorker, setApiStage, startCampaign, type ApiStage } from './stage.js';
import { Entries, expectPaced, PACE, WORKER_CONCURRENCY } from './pace.js';

/** Longer than a turn is good for. */
const LATE_MS = 3_000;

/** Workers that end, wait or are late while calls wait for their turns. Each test starts its own. */
describeOnEachQueue('Calls per second of workers that end or are late', (backend) => {
  const entries = new Entries();
  const askedAt: number[] = [];
  const carrier = new ObedientCarrier();
  let stage: ApiStage;
  let from = 0;

  beforeAll(async () => {
    carrier.answer = (request) => {
      askedAt.push(entries.at(request));
      return carrier.accept(request);
    };
    stage = await setApiStage(backend, PACE);
  });

  afterAll(() => stage.close());

  beforeEach(() => {
    askedAt.length = 0;
  });

  const addWatched = async (provider: ObedientCarrier) => entries.watch(await addWorker(stage, provider, PACE));
  /** Gives a test a worker whose carrier does not answer before it is released. */
  async function alone(work: (worker: INestApplicationContext, mute: MuteCarrier) => Promise<void>): Promise<void> {
    const mute = new MuteCarrier(entries);
    const worker = await addWatched(mute);
    try {
      await work(worker, mute);
    } finally {
      mute.release();
      await worker.close();
    }
  }
  const turnsHavePassed = () =>
    until('all turns that were given have passed', async () => {
      const [row] = await stage.database.query<{ have_passed: boolean }>(
        `SELECT next_at < now() - interval '1.2 seconds' AS have_passed FROM pacing`,
      );
      return row?.have_passed ?? false;
    });
  const start = (count: number, slots: number) =>
    startCampaign(stage, { count, from: (from += 20), max_concurrent_calls: slots });
  const placed = (count: number) => until(`${count} are placed`, async () => askedAt.length >= count);

  it('hold when a worker ends while jobs wait in it, and those are placed by another one', async () => {
    const [ending, staying] = [await addWatched(carrier), await addWatched(carrier)];
    try {
      for (let n = 0; n < 4; n++) await start(4, 4);
      await placed(3);
      await ending.close();
      await placed(16);
      expectPaced(askedAt);
    } finally {
      await staying.close();
    }
  });

  it('hold also for those who have waited at the gate for longer than their turn lasts', async () => {
    await alone(async (_worker, mute) => {
      for (let n = 0; n < 5; n++) await start(4, 4);
      await until('nobody else is let in', async () => mute.askedAt.length === WORKER_CONCURRENCY);
      await turnsHavePassed();
      mute.release();
      await until('all are placed', async () => mute.askedAt.length === 20);
      expectPaced(mute.askedAt.slice(WORKER_CONCURRENCY));
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
      await until('nobody else is let in', async () => mute.askedAt.length === WORKER_CONCURRENCY);
      await turnsHavePassed();
      const closed = worker.close();
      mute.release();
      await closed;
      expect(mute.askedAt).toHaveLength(WORKER_CONCURRENCY);
    });
    const other = await addWatched(carrier);
    await placed(12 - WORKER_CONCURRENCY).finally(() => other.close());
  });
});

/**
 * Delays the turns that a pacer tells: the first so many of each dialer job. A process that stands still, or whose
 * database is slow, learns of its turns as late. @returns when the turns end that were told last.
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

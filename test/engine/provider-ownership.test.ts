import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/connection/database.js';
import { ProviderLease } from '../../apps/worker/src/provider/provider-lease.js';
import { setStage, startCampaign, type Stage } from './dialing/stage.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { startWorker } from '../support/running-worker.js';
import { Seat, SeatedCarrier } from '../support/seated-carrier.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

/** Tests a provider whose calls belong to one process: one of all workers dials and looks after the calls. */
describe('Of several workers', () => {
  const here = new Seat('here');
  let stage: Stage;
  let first: SeatedCarrier;
  let others: INestApplicationContext[];

  const join = async (seat: Seat) => {
    const carrier = new SeatedCarrier(seat);
    others.push(await startWorker(testConfig(stage.database.url), carrier));
    return carrier;
  };
  const holderIs = (name: string | null) =>
    until(`the owner is ${name}`, async () => {
      const [lease] = await stage.database.query(
        `SELECT holder FROM leases WHERE name = 'provider:obedient' AND expires_at > now()`,
      );
      return (lease?.['holder'] ?? null) === name;
    });
  const leave = (name: string, seconds: number) =>
    stage.database.query(
      `UPDATE leases SET holder = $1, expires_at = now() + $2 * interval '1 second' WHERE name = 'provider:obedient'`,
      [name, seconds],
    );
  const jobs = () =>
    stage.database.query<{ status: string; lookups: number }>('SELECT status, lookups FROM dialer_jobs ORDER BY id');
  /** Each sweep asks about calls that are due. */
  const sweepsPass = async (times: number) => {
    const before = first.lookUps.length;
    await until(`calls are asked about ${times} times`, async () => {
      await stage.database.query(
        `UPDATE dialer_jobs SET check_at = now() WHERE id IN (
          SELECT id FROM dialer_jobs WHERE status IN ('active', 'unconfirmed') AND check_at > now()
            ORDER BY id FOR UPDATE)`,
      );
      return first.lookUps.length >= before + times;
    });
  };

  beforeEach(async () => {
    others = [];
    first = new SeatedCarrier(here);
    stage = await setStage('postgres', first);
    await until('the first is the owner', async () => first.isListenedTo);
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    for (const other of others) await other.close();
    await stage.close();
  });

  it.each([
    ['on the same host', here],
    ['on another host', new Seat('elsewhere')],
  ])(
    'the second %s stands by, takes nothing and asks about nothing, and takes over when the first ends',
    async (_, seat) => {
      first.lookup = ({ dialerJobId }) => ({ kind: 'found', report: eventOf(dialerJobId, 'ringing') });
      const second = await join(seat);
      const { id } = await startCampaign(stage, { count: 40, max_concurrent_calls: 40 });
      await until('all are called', async () => first.requests.length === 40);
      await sweepsPass(80);
      expect([second.requests, second.lookUps, second.isListenedTo]).toEqual([[], [], false]);
      const refused = await stage.database.query(
        `SELECT provider_rejection FROM campaigns WHERE id = $1 AND provider_rejection IS NOT NULL`,
        [id],
      );
      expect(refused).toEqual([]);
      await stage.worker.close();
      await until('the second is the owner', async () => second.isListenedTo);
      await startCampaign(stage, { count: 1, from: 100 });
      await until('it places calls', async () => second.requests.length === 1);
      expect(first.isListenedTo).toBe(false);
    },
  );

  it('one on another host need not wait until the calls of the first are over', async () => {
    let drain = () => undefined as void;
    first.drained = new Promise((resolve) => (drain = resolve));
    const second = await join(new Seat('elsewhere'));
    const closed = stage.worker.close();
    await until('the second is the owner', async () => second.isListenedTo);
    expect(first.isListenedTo).toBe(true);
    drain();
    await closed;
    expect(first.isListenedTo).toBe(false);
  });

  it('one that finds its turn gone after it was frozen ends its calls and stands by until it comes again', async () => {
    await startCampaign(stage, { count: 1 });
    await until('it is called', async () => first.requests.length === 1);
    await leave('another', 3600);
    await until('it gives up', async () => !first.isListenedTo && here.holder === null);
    await startCampaign(stage, { count: 1, from: 1 });
    await until('the queue has offered the job', async () => (await jobs()).some(({ status }) => status === 'queued'));
    await holderIs('another');
    expect(first.requests).toHaveLength(1);
    await leave('another', -1);
    await until('it is the owner again', async () => first.isListenedTo);
    await until('it places what waited', async () => first.requests.length === 2);
  });

  it('one whose database was away keeps its calls', async () => {
    await startCampaign(stage, { count: 1 });
    await until('it is called', async () => first.requests.length === 1);
    await leave('here', -1);
    await holderIs('here');
    expect(first.isListenedTo).toBe(true);
  });

  it('anybody looks after calls while there is no owner: none can be, say, while one is frozen', async () => {
    first.lookup = ({ dialerJobId }) => ({ kind: 'found', report: eventOf(dialerJobId, 'ringing') });
    await startCampaign(stage, { count: 1 });
    await until('it is called', async () => first.requests.length === 1);
    const occupied = new Seat('taken');
    occupied.holder = first;
    const second = await join(occupied);
    await stage.worker.close();
    await holderIs(null);
    await until('the second asks', async () => {
      await stage.database.query(`UPDATE dialer_jobs SET check_at = now() WHERE status = 'active'`);
      return second.lookUps.length > 0;
    });
    expect(second.isListenedTo).toBe(false);
  });
});

describe('The turn of a worker', () => {
  const provider = new SeatedCarrier(new Seat('here'));
  let database: TestDatabase;
  let source: DataSource;
  let lease: ProviderLease;
  let frozenMs: number;

  beforeEach(async () => {
    database = await createTestDatabase();
    source = await new DataSource(dataSourceOptions(database.url, { poolSize: 2 })).initialize();
    lease = new ProviderLease(new Database(source), provider);
    const now = performance.now.bind(performance);
    frozenMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now() + frozenMs);
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await source.destroy();
    await database.drop();
  });

  it('is over for one that was frozen, until it has asked again', async () => {
    expect(lease.isOwner).toBe(false);
    expect(await lease.acquire('here')).toBe(true);
    expect(lease.isOwner).toBe(true);
    frozenMs = 10_000;
    expect(lease.isOwner).toBe(false);
    expect(await lease.acquire('here')).toBe(true);
    expect(lease.isOwner).toBe(true);
  });

  it('is not come while another has it, and comes at once when that ends, or is back after a crash', async () => {
    const [crashed, other] = [1, 2].map(() => new ProviderLease(new Database(source), provider));
    expect(await crashed!.acquire('here')).toBe(true);
    expect([await other!.acquire('elsewhere'), other!.isOwner, await other!.maySweep()]).toEqual([false, false, false]);
    expect(await lease.acquire('here')).toBe(true);
    await lease.giveUp('here');
    expect([lease.isOwner, await other!.acquire('elsewhere')]).toEqual([false, true]);
  });

  it('is everybody’s over a provider that wants none', async () => {
    lease = new ProviderLease(new Database(source), new ObedientCarrier());
    expect([lease.isOwner, await lease.maySweep()]).toEqual([true, true]);
  });
});

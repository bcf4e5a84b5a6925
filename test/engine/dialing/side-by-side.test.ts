import { expect, it } from 'vitest';
import { eventOf } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { startCampaign } from './stage.js';

describeOnEachQueue('Campaigns side by side', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;

  it('share the workers: a small one is dialed beside a large one', async () => {
    const large = await startCampaign(stage, { count: 900, max_concurrent_calls: 500 });
    const small = await startCampaign(stage, { count: 5, from: 950, max_concurrent_calls: 5 });
    await until(
      'all of the small one are dialed',
      async () => (await stage.database.query(`SELECT 1 FROM calls WHERE campaign_id = $1`, [small.id])).length === 5,
    );
    const [ahead] = await stage.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM calls WHERE campaign_id = $1
       AND started_at < (SELECT min(started_at) FROM calls WHERE campaign_id = $2)`,
      [large.id, small.id],
    );
    expect(ahead!.n).toBeLessThan(500);
    await until('the large one fills its slots', async () => carrier.requests.length === 505);
  });

  it('do not wait for each other: one goes on while another is locked', async () => {
    const locked = await startCampaign(stage, { count: 1 });
    const free = await startCampaign(stage, { count: 2, from: 10, max_concurrent_calls: 1 });
    await stage.dialed(2);
    const holder = await stage.database.lock(`SELECT 1 FROM campaigns WHERE id = '${locked.id}' FOR UPDATE`);
    try {
      for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, 'completed'));
      await stage.dialed(3);
      expect(await stage.statusOf(free.id)).toBe('running');
    } finally {
      await holder.letGo();
    }
  });

  it('survive connections that are cut in the middle of their transactions', async () => {
    const { id } = await startCampaign(stage, { count: 60, max_concurrent_calls: 20 });
    await cutOneThatWaitsFor(id);
    let [looks, cuts] = [0, 1];
    await until('everybody has been called', async () => {
      // Cuts at every third look, and not for ever. Otherwise a transaction of many statements would never get through
      // on a busy machine.
      if (looks++ % 3 === 0 && cuts < MOST_CUTS) cuts += (await stage.database.query(CUT_ONE)).length;
      const live = await stage.database.query<{ dialer_job_id: string }>(
        `SELECT dialer_job_id FROM calls WHERE status IN ('initiated', 'ringing', 'in_progress')`,
      );
      for (const { dialer_job_id } of live) carrier.report(eventOf(dialer_job_id, 'completed'));
      await stage.database.query(`
        UPDATE dialer_jobs SET check_at = now() WHERE id IN (
          SELECT id FROM dialer_jobs WHERE status = 'queued' FOR UPDATE SKIP LOCKED)`);
      return carrier.requests.length === 60;
    });
    expect(new Set(carrier.requests.map(({ to }) => to)).size).toBe(60);
  });

  /** Cuts a connection whose transaction waits for the campaign's lock. */
  async function cutOneThatWaitsFor(campaignId: string): Promise<void> {
    const lock = await stage.database.lock(`SELECT 1 FROM campaigns WHERE id = '${campaignId}' FOR UPDATE`);
    try {
      await until('a connection that waits for the lock is cut', async () => {
        for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, 'completed'));
        return (await stage.database.query(CUT_ONE_THAT_WAITS)).length > 0;
      });
    } finally {
      await lock.letGo();
    }
  }
});

const MOST_CUTS = 15;

const CUT_ONE_THAT_WAITS = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'outdial' AND wait_event_type = 'Lock' LIMIT 1`;

const CUT_ONE = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'outdial' AND state LIKE 'idle in transaction%' LIMIT 1`;

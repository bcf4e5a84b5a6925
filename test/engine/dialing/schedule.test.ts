import { expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { createCampaign, dramaNumber } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { startCampaign } from './stage.js';

describeOnEachQueue('Schedules', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;

  it('begin a campaign when its time has come, and not before', async () => {
    const start_at = new Date(Date.now() + 3_600_000).toISOString();
    const campaign = await createCampaign(stage.client, { start_at });
    await stage.client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(1) });
    const answer = await stage.client.post(`/campaigns/${campaign.id}/start`);
    expect(answer).toMatchObject({
      status: 200,
      body: { message: 'Campaign scheduled', status: 'scheduled', jobs_enqueued: 1 },
    });
    await stage.worker.get(Sweeper).sweep();
    expect(await stage.statusOf(campaign.id)).toBe('scheduled');
    await stage.database.query(`UPDATE campaigns SET start_at = now()`);
    await stage.dialed(1);
    expect(await stage.statusOf(campaign.id)).toBe('running');
  });

  it('end a campaign when its time is over: contacts that wait expire, calls go on', async () => {
    const end_at = new Date(Date.now() + 3_600_000).toISOString();
    const campaign = await startCampaign(stage, { count: 5, max_concurrent_calls: 2, end_at });
    await stage.dialed(2);
    await stage.database.query(`UPDATE campaigns SET start_at = NULL, end_at = now()`);
    await until(
      'those who wait have expired',
      async () => (await stage.leads()).filter(({ status }) => status === 'expired').length === 3,
    );
    expect(await stage.statusOf(campaign.id)).toBe('running');
    stage.endAll('busy');
    await stage.becomes(campaign.id, 'completed');
    expect((await stage.leads()).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'expired'));
    expect(await stage.client.post(`/campaigns/${campaign.id}/start`)).toMatchObject({
      status: 409,
      body: { code: 'campaign_past_end' },
    });
    expect(carrier.requests).toHaveLength(2);
  });
});

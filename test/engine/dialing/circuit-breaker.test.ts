import { expect, it } from 'vitest';
import { eventOf } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { campaignOf, startCampaign } from './stage.js';

describeOnEachQueue('A circuit breaker', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;

  it('pauses a campaign in which too many attempts come to nothing by a fault', async () => {
    const campaign = await startCampaign(stage, { count: 40, max_concurrent_calls: 5, retry_failed: false });
    carrier.answer = () => ({ kind: 'rejected', fault: 'retryable', code: 'congestion' });
    for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, 'failed'));
    await until('the campaign is paused', async () => {
      for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, 'failed'));
      return (await stage.statusOf(campaign.id)) === 'paused';
    });
    expect(await campaignOf(stage, campaign.id)).toMatchObject({ status_reason: 'circuit_breaker' });
    expect(carrier.requests.length).toBeLessThan(30);
    await expect
      .poll(() => stage.diagnosisOf(campaign.id))
      .toMatchObject({
        blocked_by: [{ code: 'paused', detail: expect.stringContaining('fault') }],
      });
  });

  it('pauses a campaign of whose numbers none exists; it calls them again once the trunk is mended', async () => {
    const campaign = await startCampaign(stage, { count: 13, max_concurrent_calls: 3 });
    const refuseAll = () => {
      for (const { dialerJobId } of carrier.requests)
        carrier.report(eventOf(dialerJobId, 'failed', { outcome: 'bad_number', endReason: '404 Not Found' }));
    };
    await until('it is paused', async () => {
      refuseAll();
      return (await stage.statusOf(campaign.id)) === 'paused';
    });
    expect(await campaignOf(stage, campaign.id)).toMatchObject({ status_reason: 'circuit_breaker' });
    expect(carrier.requests.length).toBeLessThan(13);
    await stage.client.post(`/campaigns/${campaign.id}/resume`);
    await until('nobody is left', async () => {
      refuseAll();
      return (await stage.statusOf(campaign.id)) === 'completed';
    });
    expect((await stage.leads()).map(({ status }) => status)).toEqual(Array.from({ length: 13 }, () => 'invalid'));
    expect(await stage.client.post(`/campaigns/${campaign.id}/redial`)).toMatchObject({ status: 409 });
    carrier.requests.length = 0;
    const again = await stage.client.post(`/campaigns/${campaign.id}/redial`, { outcomes: ['bad_number'] });
    expect(again).toMatchObject({ status: 200, body: { redialed: 13 } });
    await until('all are called again', async () => {
      stage.endAll('completed');
      return (await stage.statusOf(campaign.id)) === 'completed';
    });
    expect((await stage.leads()).map(({ status }) => status)).toEqual(Array.from({ length: 13 }, () => 'completed'));
  });

  it('lets a campaign go on in which contacts are reached, however many numbers do not exist', async () => {
    const campaign = await startCampaign(stage, { count: 30, max_concurrent_calls: 1, retry_failed: false });
    await stage.dialed(1);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'busy'));
    await until('it is completed', async () => {
      for (const { dialerJobId } of carrier.requests.slice(1))
        carrier.report(eventOf(dialerJobId, 'failed', { outcome: 'bad_number' }));
      return (await stage.statusOf(campaign.id)) === 'completed';
    });
  });

  it('lets a campaign go on whose calls are mostly taken, though the failed ones end first', async () => {
    const campaign = await startCampaign(stage, { count: 60, max_concurrent_calls: 40, retry_failed: false });
    await stage.dialed(40);
    await until(
      'all of them are on the line',
      async () => (await stage.jobs()).filter(({ status }) => status === 'active').length === 40,
    );
    for (const { dialerJobId } of carrier.requests.slice(0, 12)) carrier.report(eventOf(dialerJobId, 'failed'));
    await stage.dialed(52);
    expect(await stage.statusOf(campaign.id)).toBe('running');
  });
});

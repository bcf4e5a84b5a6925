import { expect, it } from 'vitest';
import { CallPlacer } from '#dialer/place/call-placer.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { eventOf } from '../../support/obedient-carrier.js';
import { dramaNumber } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { campaignOf, startCampaign } from './stage.js';
import { watchStatuses } from './watched-statuses.js';

describeOnEachQueue('The engine placing calls', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;
  watchStatuses(stage);

  it('asks the carrier once, however often and by however many a job is delivered', async () => {
    const campaign = await startCampaign(stage, { count: 1 });
    const job = await stage.jobIn('active');
    const again = await Promise.all(Array.from({ length: 10 }, () => stage.worker.get(CallPlacer).place(job['id'])));
    expect(again).toEqual(Array.from({ length: 10 }, () => 'skipped'));
    expect(carrier.requests).toHaveLength(1);
    expect(await campaignOf(stage, campaign.id)).toMatchObject({ status: 'running' });
  });

  it('hands the carrier what the campaign and the contact say', async () => {
    await startCampaign(stage, {
      count: 1,
      first_message: 'Good day!',
      language: 'DE-de',
      record_calls: false,
      voicemail_action: 'continue',
      ring_timeout_seconds: 20,
      max_call_seconds: 60,
    });
    await stage.jobIn('active');
    expect(carrier.requests[0]).toMatchObject({
      to: dramaNumber(0),
      agent: {
        systemPrompt: 'Ask whether they want to renew their plan.',
        voiceId: 'aria',
        firstMessage: expect.stringMatching(/ Good day!$/),
        language: 'de-DE',
      },
      person: { firstName: 'Lead 0', lastName: null },
      ringTimeoutSeconds: 20,
      maxCallSeconds: 60,
      recordCall: false,
      voicemailAction: 'continue',
    });
  });

  it('never dials a number twice at once, also for two campaigns', async () => {
    await startCampaign(stage, { count: 1 });
    await stage.jobIn('active');
    await startCampaign(stage, { count: 1, name: 'second' });
    await until(
      'the second lead has been put off',
      async () =>
        (
          await stage.database.query(
            `SELECT 1 FROM leads WHERE block_code = 'number_busy' AND status = 'pending' AND next_attempt_at > now()`,
          )
        ).length === 1,
    );
    expect(carrier.requests).toHaveLength(1);
  });

  it('dials nothing more once pause has answered', async () => {
    const campaign = await startCampaign(stage, { count: 50, max_concurrent_calls: 20 });
    const { body } = await stage.client.post<{ in_flight: number }>(`/campaigns/${campaign.id}/pause`);
    const asked = carrier.requests.length;
    for (const request of carrier.requests) carrier.report(eventOf(request.dialerJobId, 'completed'));
    await until('the calls on the line have ended', async () =>
      (await stage.jobs()).every((job) => job['check_at'] === null),
    );
    await stage.sweepNow();
    expect(carrier.requests).toHaveLength(asked);
    expect(body.in_flight).toBe(asked);
  });

  it('waits with the answer to a pause for requests that are under way', async () => {
    let letGo: (result: PlaceCallResult) => void = () => undefined;
    carrier.answer = () => new Promise((resolve) => (letGo = resolve));
    const campaign = await startCampaign(stage, { count: 1 });
    await stage.jobIn('dialing');
    const paused = stage.client.post<{ in_flight: number }>(`/campaigns/${campaign.id}/pause`);
    await until('the campaign is paused', async () => (await campaignOf(stage, campaign.id)).status === 'paused');
    await until('the carrier has been asked', async () => carrier.requests.length === 1);
    letGo({ kind: 'rejected', fault: 'permanent', code: 'not_a_number' });
    expect((await paused).body.in_flight).toBe(0);
  });
});

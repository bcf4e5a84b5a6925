import { expect, it } from 'vitest';
import { eventOf } from '../../support/obedient-carrier.js';
import { dramaNumber } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { campaignOf, startCampaign } from './stage.js';
import { watchStatuses } from './watched-statuses.js';

describeOnEachQueue('Retries and redials', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;
  watchStatuses(stage);

  it("follow the campaign's retry policy, and its minimum gap where that is longer", async () => {
    const retry_policy = { busy: { delays_seconds: [600] } };
    await startCampaign(stage, { count: 1, retry_policy });
    await startCampaign(stage, { count: 1, from: 1, retry_policy, min_gap_seconds: 7200 });
    await stage.dialed(2);
    stage.endAll('busy');
    await stage.nothingLive();
    const [first, second] = (await stage.leads()).map(
      ({ next_attempt_at }) => (next_attempt_at.getTime() - Date.now()) / 60_000,
    );
    expect(first).toBeGreaterThan(8);
    expect(first).toBeLessThan(11.1);
    expect(second).toBeGreaterThan(118);
  });

  it('keep the minimum gap between all campaigns that call a number', async () => {
    await startCampaign(stage, { count: 1, retry_failed: false });
    await stage.dialed(1);
    stage.endAll('no_answer');
    await stage.nothingLive();
    const second = await startCampaign(stage, { count: 2, name: 'second', min_gap_seconds: 3600 });
    await stage.dialed(2);
    expect(carrier.requests[1]).toMatchObject({ to: dramaNumber(1) });
    const [blocked] = await stage.database.query(`SELECT * FROM leads WHERE campaign_id = $1 AND status = 'pending'`, [
      second.id,
    ]);
    expect(blocked).toMatchObject({ phone_number: dramaNumber(0), block_code: 'min_gap', call_attempts: 0 });
    await expect
      .poll(() => stage.diagnosisOf(second.id))
      .toMatchObject({
        activity: 'dialing',
        blocked_by: [{ code: 'min_gap', contacts: 1 }, { code: 'waiting_retry' }],
      });
  });

  it('call a busy number as often as the campaign allows and no more', async () => {
    const campaign = await startCampaign(stage, { count: 1, max_retries: 2 });
    for (let attempt = 1; attempt <= 3; attempt++) {
      await until(`attempt ${attempt} is made`, async () => carrier.requests.length === attempt);
      const { dialerJobId } = carrier.requests[attempt - 1]!;
      carrier.report(eventOf(dialerJobId, 'busy'));
      await until('it has ended', async () => (await stage.jobs()).every((job) => job['check_at'] === null));
      if (attempt < 3) {
        expect(await stage.lead()).toMatchObject({ status: 'pending', call_attempts: attempt });
        await stage.database.query(`WITH k AS MATERIALIZED (SELECT id FROM campaigns ORDER BY id FOR NO KEY UPDATE)
          UPDATE leads SET next_attempt_at = now() FROM k WHERE campaign_id = k.id AND leads.status = 'pending'`);
        await stage.sweepNow();
      }
    }
    await until(
      'the campaign has completed',
      async () => (await campaignOf(stage, campaign.id)).status === 'completed',
    );
    expect(await stage.lead()).toMatchObject({ status: 'exhausted', outcome: 'busy', call_attempts: 3 });
    expect(await campaignOf(stage, campaign.id)).toMatchObject({ calls_completed: 0, calls_failed: 3 });
  });

  it('call contacts again that were given up, with as many retries as at first', async () => {
    const campaign = await startCampaign(stage, { count: 3, max_retries: 0 });
    await stage.dialed(3);
    const [first, ...rest] = carrier.requests.map(({ dialerJobId }) => dialerJobId);
    carrier.report(eventOf(first!, 'completed'));
    for (const id of rest) carrier.report(eventOf(id, 'no_answer'));
    await stage.becomes(campaign.id, 'completed');
    expect(await stage.client.post(`/campaigns/${campaign.id}/redial`, { outcomes: ['busy'] })).toMatchObject({
      status: 409,
      body: { code: 'nobody_to_redial' },
    });
    expect(await stage.statusOf(campaign.id)).toBe('completed');
    expect(await stage.client.post(`/campaigns/${campaign.id}/redial`, { outcomes: ['no_answer'] })).toMatchObject({
      status: 200,
      body: { redialed: 2, status: 'running' },
    });
    await stage.dialed(5);
    stage.endAll('no_answer');
    await stage.becomes(campaign.id, 'completed');
    expect((await stage.leads()).map(({ status, call_attempts }) => `${status} ${call_attempts}`).toSorted()).toEqual([
      'completed 1',
      'exhausted 2',
      'exhausted 2',
    ]);
  });
});

import { expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { createCampaign, dramaNumber } from '../../support/running-api.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { campaignOf, startCampaign } from './stage.js';

const CLEAR = `
  DELETE FROM campaigns;
  UPDATE installation SET dialing_halted_at = NULL, dialing_halted_reason = NULL`;

describeOnEachQueue('A kill switch', (backend) => {
  const stage = useObedientStage(backend, CLEAR);
  const { carrier } = stage;

  it('halts a whole business, keeps it halted, and lets it go on', async () => {
    const campaign = await startCampaign(stage, { count: 9, max_concurrent_calls: 3 });
    const other = await createCampaign(stage.client, { name: 'not started' });
    await stage.dialed(3);
    const engaged = await stage.client.post('/tenant/kill-switch/engage', { reason: 'wrong list' });
    expect(engaged).toMatchObject({ status: 200, body: { reason: 'wrong list', paused_campaigns: 1, in_flight: 3 } });
    expect(await campaignOf(stage, campaign.id)).toMatchObject({ status: 'paused', status_reason: 'kill_switch' });
    for (const command of [`${campaign.id}/resume`, `${other.id}/start`]) {
      expect(await stage.client.post(`/campaigns/${command}`)).toMatchObject({
        status: 409,
        body: { code: 'dialing_halted' },
      });
    }
    stage.endAll('completed');
    await stage.nothingLive();
    expect(carrier.requests).toHaveLength(3);
    const released = await stage.client.post('/tenant/kill-switch/release', { resume_campaigns: true });
    expect(released).toMatchObject({ status: 200, body: { engaged_at: null, resumed_campaigns: 1 } });
    await stage.dialed(6);
  });

  it('halts all businesses when an operator sets it by hand', async () => {
    await stage.database.query(
      `UPDATE installation SET dialing_halted_at = now(), dialing_halted_reason = 'carrier on fire'`,
    );
    const campaign = await createCampaign(stage.client);
    await stage.client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(1) });
    await stage.database.query(`UPDATE campaigns SET status = 'running', wake_at = now()`);
    await stage.worker.get(Sweeper).sweep();
    await expect
      .poll(() => stage.diagnosisOf(campaign.id))
      .toMatchObject({
        activity: 'blocked',
        next_eligible_at: null,
        blocked_by: [{ code: 'kill_switch' }],
      });
    expect(carrier.requests).toHaveLength(0);
    await stage.database.query(`UPDATE installation SET dialing_halted_at = NULL, dialing_halted_reason = NULL`);
    await stage.dialed(1);
  });
});

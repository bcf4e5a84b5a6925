import { expect, it } from 'vitest';
import { eventOf } from '../../support/obedient-carrier.js';
import { seenTransitions } from '../../support/transitions.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { campaignOf, startCampaign } from './stage.js';
import { isKnown, watchStatuses } from './watched-statuses.js';

describeOnEachQueue('The engine, when a provider rejects a call', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;
  watchStatuses(stage);

  it('gives an attempt back that was throttled, and dials later', async () => {
    carrier.answer = () => ({ kind: 'rejected', fault: 'throttle', code: '429', retryAfterSeconds: 90 });
    const { id } = await startCampaign(stage, { count: 1 });
    await stage.jobIn('canceled');
    const { status, call_attempts, next_attempt_at } = await stage.lead();
    expect({ status, call_attempts, call: await stage.call() }).toEqual({
      status: 'pending',
      call_attempts: 0,
      call: undefined,
    });
    expect(minutesFromNow(next_attempt_at)).toBeGreaterThan(1.4);
    await expect
      .poll(() => stage.diagnosisOf(id))
      .toMatchObject({
        activity: 'blocked',
        blocked_by: [
          { code: 'provider_unavailable', detail: expect.stringContaining('429'), since: expect.any(String) },
          { code: 'waiting_retry' },
        ],
      });
    await stage.client.post(`/campaigns/${id}/pause`);
    await stage.client.post(`/campaigns/${id}/resume`);
    await expect
      .poll(() => stage.diagnosisOf(id))
      .toMatchObject({
        activity: 'waiting_retry',
        blocked_by: [{ code: 'waiting_retry' }],
      });
  });

  it('asks again within an hour whatever pause a provider wants', async () => {
    carrier.answer = () => ({ kind: 'rejected', fault: 'throttle', code: '429', retryAfterSeconds: 999_999_999 });
    await startCampaign(stage, { count: 1 });
    await stage.jobIn('canceled');
    expect(minutesFromNow((await stage.lead()).next_attempt_at)).toBeLessThan(61);
    const [campaign] = await stage.database.query(`SELECT provider_rejected_until FROM campaigns`);
    expect(minutesFromNow(campaign!['provider_rejected_until'] as Date)).toBeLessThan(62);
  });

  it('pauses a campaign whose account the carrier refuses, and burns no attempt', async () => {
    carrier.answer = () => ({ kind: 'rejected', fault: 'account', code: '401' });
    const campaign = await startCampaign(stage, { count: 5, max_concurrent_calls: 2 });
    await until('it is paused', async () => (await campaignOf(stage, campaign.id)).status === 'paused');
    expect(await campaignOf(stage, campaign.id)).toMatchObject({ status_reason: 'provider_account' });
    await until('nothing is live', async () => (await stage.jobs()).every((job) => job['check_at'] === null));
    expect(await stage.database.query(`SELECT 1 FROM leads WHERE call_attempts > 0 OR status <> 'pending'`)).toEqual(
      [],
    );
    expect(await stage.database.query(`SELECT 1 FROM calls`)).toEqual([]);
    await expect
      .poll(() => stage.diagnosisOf(campaign.id))
      .toMatchObject({
        blocked_by: [{ code: 'paused', detail: expect.stringMatching(/ It said: 401\.$/) }],
      });
  });

  it.each(['throttle', 'account'] as const)(
    'gives an attempt back whose call was taken and then not placed, through a fault of %s, once',
    async (fault) => {
      const { id } = await startCampaign(stage, { count: 1, max_retries: 0 });
      const [{ dialerJobId } = { dialerJobId: '' }] = await stage.dialed(1);
      await stage.jobIn('active');
      const facts = { endReason: 'no-credit', outcome: 'provider_error', notPlaced: { fault } } as const;
      for (let times = 0; times < 3; times++) carrier.report(eventOf(dialerJobId, 'failed', facts));
      await stage.jobIn('canceled');
      expect(await stage.lead()).toMatchObject({ status: 'pending', call_attempts: 0 });
      expect(await stage.call()).toBeUndefined();
      const isPaused = fault === 'account';
      expect(await campaignOf(stage, id)).toMatchObject(
        isPaused ? { status: 'paused', status_reason: 'provider_account' } : { status: 'running' },
      );
      if (!isPaused) return;
      await stage.client.post(`/campaigns/${id}/resume`);
      carrier.report(eventOf(dialerJobId, 'failed', { ...facts, reportKey: 'again' }));
      expect((await campaignOf(stage, id)).status).toBe('running');
    },
  );

  it('takes a call that has rung for tried, whatever the provider says of its placing', async () => {
    await startCampaign(stage, { count: 1, max_retries: 0 });
    const [{ dialerJobId } = { dialerJobId: '' }] = await stage.dialed(1);
    carrier.report(eventOf(dialerJobId, 'ringing'));
    await until('it rings', async () => (await stage.call())?.['status'] === 'ringing');
    carrier.report(eventOf(dialerJobId, 'failed', { endReason: 'no-credit', notPlaced: { fault: 'account' } }));
    await stage.jobIn('failed');
    expect(await stage.lead()).toMatchObject({ status: 'exhausted', call_attempts: 1 });
  });

  it('changes no status in all of this in a way that the tables of states do not know', async () => {
    const seen = await seenTransitions(stage.database);
    expect(seen.length).toBeGreaterThan(12);
    expect(seen.filter(([subject, was, became]) => !isKnown(subject, was, became))).toEqual([]);
  });
});

function minutesFromNow(date: Date): number {
  return (date.getTime() - Date.now()) / 60_000;
}

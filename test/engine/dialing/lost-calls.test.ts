import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { expect, it } from 'vitest';
import { DIAL_QUEUE } from '#queue/dial-job.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { eventOf, providerCallIdOf } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { campaignOf, startCampaign } from './stage.js';
import { watchStatuses } from './watched-statuses.js';

describeOnEachQueue('The engine, when a call stays silent', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;
  watchStatuses(stage);

  it('never repeats a request whose answer was lost; the sweeper finds the call', async () => {
    carrier.answer = () => ({ kind: 'unknown', cause: 'connection reset' });
    await startCampaign(stage, { count: 1 });
    const job = await stage.jobIn('unconfirmed');
    await stage.sweepNow();
    await until('it was asked about once', async () => (await stage.jobIn('unconfirmed'))['lookups'] === 1);
    carrier.lookup = ({ dialerJobId }) => ({ kind: 'found', report: eventOf(dialerJobId, 'in_progress') });
    await stage.sweepNow();
    await stage.jobIn('active');
    carrier.report(eventOf(job['id'], 'completed', { durationSeconds: 7 }));
    await stage.jobIn('succeeded');
    expect(await stage.call()).toMatchObject({
      status: 'completed',
      provider_call_id: providerCallIdOf(job['id']),
      duration_seconds: 7,
    });
    expect(carrier.requests).toHaveLength(1);
  });

  it('ends a call as lost once the carrier says that it cannot exist, and tries the person again later', async () => {
    carrier.answer = () => ({ kind: 'unknown', cause: 'timeout' });
    await startCampaign(stage, { count: 1 });
    await stage.jobIn('unconfirmed');
    carrier.lookup = () => ({ kind: 'not_found', isFinal: true });
    await stage.sweepNow();
    await stage.jobIn('failed');
    expect(await stage.call()).toMatchObject({ status: 'lost', outcome: 'lost' });
    const { status, call_attempts, next_attempt_at } = await stage.lead();
    expect({ status, call_attempts }).toEqual({ status: 'pending', call_attempts: 1 });
    expect(minutesFromNow(next_attempt_at)).toBeGreaterThan(50);
    expect(carrier.requests).toHaveLength(1);
  });

  it('takes over a job whose worker died before it had an answer', async () => {
    let letGo: (result: PlaceCallResult) => void = () => undefined;
    carrier.answer = () => new Promise((resolve) => (letGo = resolve));
    await startCampaign(stage, { count: 1 });
    await until('the carrier has been asked', async () => carrier.requests.length === 1);
    await stage.sweepNow();
    await stage.jobIn('unconfirmed');
    carrier.lookup = ({ dialerJobId }) => ({ kind: 'found', report: eventOf(dialerJobId, 'no_answer') });
    await stage.sweepNow();
    await stage.jobIn('failed');
    expect(await stage.call()).toMatchObject({ status: 'no_answer', outcome: 'no_answer' });
    expect(carrier.requests).toHaveLength(1);
    letGo({ kind: 'unknown', cause: 'its worker is dead' });
  });

  it('ends a call whose end was never reported once its deadline has passed', async () => {
    await startCampaign(stage, { count: 1 });
    await stage.jobIn('active');
    carrier.lookup = () => ({ kind: 'unavailable', cause: 'out of order' });
    await stage.sweepNow();
    await stage.jobIn('active');
    await stage.database.query(`UPDATE dialer_jobs SET deadline_at = now() - interval '2 minutes'`);
    await stage.sweepNow();
    await stage.jobIn('failed');
    expect(await stage.call()).toMatchObject({ status: 'lost' });
  });

  it('dials what was claimed when the queue has lost it', async () => {
    const dialer = stage.worker.get<Queue>(getQueueToken(DIAL_QUEUE));
    await dialer.pause();
    const campaign = await startCampaign(stage, { count: 10 });
    await stage.database.query(`UPDATE dialer_jobs SET check_at = now() + interval '1 hour'`);
    await dialer.obliterate({ force: true });
    await dialer.resume();
    expect((await stage.jobs()).map((job) => job['status'])).toEqual(Array.from({ length: 10 }, () => 'queued'));
    await stage.sweepNow();
    await until('all are dialed', async () => carrier.requests.length === 10);
    expect(new Set(carrier.requests.map(({ to }) => to)).size).toBe(10);
    expect((await campaignOf(stage, campaign.id)).status).toBe('running');
  });
});

function minutesFromNow(date: Date): number {
  return (date.getTime() - Date.now()) / 60_000;
}

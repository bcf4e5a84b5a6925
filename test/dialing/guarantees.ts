import { getQueueToken } from '@nestjs/bullmq';
import fc from 'fast-check';
import type { Queue } from 'bullmq';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CallPlacer } from '#dialer/place/call-placer.js';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { DIAL_QUEUE } from '#queue/dial-job.js';
import { nextCallStatus, type CallStatus } from '#rules/call/call-status.js';
import { CAMPAIGN_TRANSITIONS } from '#rules/campaign/campaign-status.js';
import { DIALER_JOB_TRANSITIONS } from '#rules/attempt/dialer-job-status.js';
import { LEAD_TRANSITIONS } from '#rules/lead/lead-status.js';
import type { PlaceCallResult } from '#telephony/port/telephony-provider.js';
import { eventOf, ObedientCarrier, providerCallIdOf } from '../harness/obedient-carrier.js';
import { dramaNumber } from '../harness/running-api.js';
import { seenTransitions, watchTransitions } from '../harness/transitions.js';
import { until } from '../harness/until.js';
import { clearStage, campaignOf, setStage, startCampaign, type QueueBackend, type Stage } from './stage.js';

/** What the engine promises, with a carrier that does whatever would break it. */
export function describeGuarantees(backend: QueueBackend): void {
  describe(`The engine, with the queue on ${backend}`, () => {
    const carrier = new ObedientCarrier();
    let stage: Stage;

    beforeAll(async () => {
      stage = await setStage(backend, carrier);
      await watchTransitions(stage.database);
    });

    afterAll(() => stage.close());

    beforeEach(async () => {
      await clearStage(stage.database);
      carrier.requests.length = 0;
      carrier.answer = (request) => carrier.accept(request);
      carrier.lookup = () => ({ kind: 'not_found', isFinal: false });
    });

    const jobs = () => stage.database.query(`SELECT * FROM dialer_jobs ORDER BY created_at, id`);
    const diagnosisOf = async (id: string) => (await stage.client.get(`/campaigns/${id}/diagnostics`)).body;
    const lead = async () => (await stage.database.query(`SELECT * FROM leads`))[0]!;
    const call = async () => (await stage.database.query(`SELECT * FROM calls`))[0];
    const requested = (count: number) =>
      until(`${count} are asked for`, async () => carrier.requests.length === count && carrier.requests);
    const jobIn = (status: string) =>
      until(`the dialer job is ${status}`, async () => (await jobs()).find((job) => job['status'] === status));
    /** As if the time of every look had come. */
    const sweepNow = async () => {
      await stage.database.query(
        `UPDATE dialer_jobs SET check_at = now() - interval '1 second' WHERE id IN (
          SELECT id FROM dialer_jobs WHERE check_at IS NOT NULL ORDER BY id FOR UPDATE)`,
      );
      await stage.worker.get(Sweeper).sweep();
    };

    it('asks the carrier once, however often and by however many a job is delivered', async () => {
      const campaign = await startCampaign(stage, { count: 1 });
      const job = await jobIn('active');
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
      await jobIn('active');
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
      await jobIn('active');
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
        (await jobs()).every((job) => job['check_at'] === null),
      );
      await sweepNow();
      expect(carrier.requests).toHaveLength(asked);
      expect(body.in_flight).toBe(asked);
    });

    it('waits with the answer to a pause for requests that are under way', async () => {
      let letGo: (result: PlaceCallResult) => void = () => undefined;
      carrier.answer = () => new Promise((resolve) => (letGo = resolve));
      const campaign = await startCampaign(stage, { count: 1 });
      await jobIn('dialing');
      const paused = stage.client.post<{ in_flight: number }>(`/campaigns/${campaign.id}/pause`);
      await until('the campaign is paused', async () => (await campaignOf(stage, campaign.id)).status === 'paused');
      await until('the carrier has been asked', async () => carrier.requests.length === 1);
      letGo({ kind: 'rejected', fault: 'permanent', code: 'not_a_number' });
      expect((await paused).body.in_flight).toBe(0);
    });

    it('never repeats a request whose answer was lost; the sweeper finds the call', async () => {
      carrier.answer = () => ({ kind: 'unknown', cause: 'connection reset' });
      await startCampaign(stage, { count: 1 });
      const job = await jobIn('unconfirmed');
      await sweepNow();
      await until('it was asked about once', async () => (await jobIn('unconfirmed'))['lookups'] === 1);
      carrier.lookup = ({ dialerJobId }) => ({ kind: 'found', event: eventOf(dialerJobId, 'in_progress') });
      await sweepNow();
      await jobIn('active');
      carrier.report(eventOf(job['id'], 'completed', { durationSeconds: 7 }));
      await jobIn('succeeded');
      expect(await call()).toMatchObject({
        status: 'completed',
        provider_call_id: providerCallIdOf(job['id']),
        duration_seconds: 7,
      });
      expect(carrier.requests).toHaveLength(1);
    });

    it('ends a call as lost once the carrier says that it cannot exist, and tries the person again later', async () => {
      carrier.answer = () => ({ kind: 'unknown', cause: 'timeout' });
      await startCampaign(stage, { count: 1 });
      await jobIn('unconfirmed');
      carrier.lookup = () => ({ kind: 'not_found', isFinal: true });
      await sweepNow();
      await jobIn('failed');
      expect(await call()).toMatchObject({ status: 'lost', outcome: 'lost' });
      const { status, call_attempts, next_attempt_at } = await lead();
      expect({ status, call_attempts }).toEqual({ status: 'pending', call_attempts: 1 });
      expect(minutesFromNow(next_attempt_at)).toBeGreaterThan(50);
      expect(carrier.requests).toHaveLength(1);
    });

    it('takes over a job whose worker died before it had an answer', async () => {
      let letGo: (result: PlaceCallResult) => void = () => undefined;
      carrier.answer = () => new Promise((resolve) => (letGo = resolve));
      await startCampaign(stage, { count: 1 });
      await until('the carrier has been asked', async () => carrier.requests.length === 1);
      await sweepNow();
      await jobIn('unconfirmed');
      carrier.lookup = ({ dialerJobId }) => ({ kind: 'found', event: eventOf(dialerJobId, 'no_answer') });
      await sweepNow();
      await jobIn('failed');
      expect(await call()).toMatchObject({ status: 'no_answer', outcome: 'no_answer' });
      expect(carrier.requests).toHaveLength(1);
      letGo({ kind: 'unknown', cause: 'its worker is dead' });
    });

    it('ends a call whose end was never reported once its deadline has passed', async () => {
      await startCampaign(stage, { count: 1 });
      await jobIn('active');
      carrier.lookup = () => ({ kind: 'unavailable', cause: 'out of order' });
      await sweepNow();
      await jobIn('active');
      await stage.database.query(`UPDATE dialer_jobs SET deadline_at = now() - interval '2 minutes'`);
      await sweepNow();
      await jobIn('failed');
      expect(await call()).toMatchObject({ status: 'lost' });
    });

    it('dials what was claimed when the queue has lost it', async () => {
      const dialer = stage.worker.get<Queue>(getQueueToken(DIAL_QUEUE));
      await dialer.pause();
      const campaign = await startCampaign(stage, { count: 10 });
      await stage.database.query(`UPDATE dialer_jobs SET check_at = now() + interval '1 hour'`);
      await dialer.obliterate({ force: true });
      await dialer.resume();
      expect((await jobs()).map((job) => job['status'])).toEqual(Array.from({ length: 10 }, () => 'queued'));
      await sweepNow();
      await until('all are dialed', async () => carrier.requests.length === 10);
      expect(new Set(carrier.requests.map(({ to }) => to)).size).toBe(10);
      expect((await campaignOf(stage, campaign.id)).status).toBe('running');
    });

    it('gives an attempt back that was throttled, and dials later', async () => {
      carrier.answer = () => ({ kind: 'rejected', fault: 'throttle', code: '429', retryAfterSeconds: 90 });
      const { id } = await startCampaign(stage, { count: 1 });
      await jobIn('canceled');
      const { status, call_attempts, next_attempt_at } = await lead();
      expect({ status, call_attempts, call: await call() }).toEqual({
        status: 'pending',
        call_attempts: 0,
        call: undefined,
      });
      expect(minutesFromNow(next_attempt_at)).toBeGreaterThan(1.4);
      await expect
        .poll(() => diagnosisOf(id))
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
        .poll(() => diagnosisOf(id))
        .toMatchObject({
          activity: 'waiting_retry',
          blocked_by: [{ code: 'waiting_retry' }],
        });
    });

    it('asks again within an hour whatever pause a provider wants', async () => {
      carrier.answer = () => ({ kind: 'rejected', fault: 'throttle', code: '429', retryAfterSeconds: 999_999_999 });
      await startCampaign(stage, { count: 1 });
      await jobIn('canceled');
      expect(minutesFromNow((await lead()).next_attempt_at)).toBeLessThan(61);
      const [campaign] = await stage.database.query(`SELECT provider_refused_until FROM campaigns`);
      expect(minutesFromNow(campaign!['provider_refused_until'] as Date)).toBeLessThan(62);
    });

    it('pauses a campaign whose account the carrier refuses, and burns no attempt', async () => {
      carrier.answer = () => ({ kind: 'rejected', fault: 'account', code: '401' });
      const campaign = await startCampaign(stage, { count: 5, max_concurrent_calls: 2 });
      await until('it is paused', async () => (await campaignOf(stage, campaign.id)).status === 'paused');
      expect(await campaignOf(stage, campaign.id)).toMatchObject({ status_reason: 'provider_account' });
      await until('nothing is live', async () => (await jobs()).every((job) => job['check_at'] === null));
      expect(await stage.database.query(`SELECT 1 FROM leads WHERE call_attempts > 0 OR status <> 'pending'`)).toEqual(
        [],
      );
      expect(await stage.database.query(`SELECT 1 FROM calls`)).toEqual([]);
      await expect
        .poll(() => diagnosisOf(campaign.id))
        .toMatchObject({
          blocked_by: [{ code: 'paused', detail: expect.stringMatching(/ It said: 401\.$/) }],
        });
    });

    it.each(['throttle', 'account'] as const)(
      'gives an attempt back whose call was taken and then not placed, through a fault of %s, once',
      async (fault) => {
        const { id } = await startCampaign(stage, { count: 1, max_retries: 0 });
        const [{ dialerJobId } = { dialerJobId: '' }] = await requested(1);
        await jobIn('active');
        const facts = { endReason: 'no-credit', outcome: 'provider_error', notPlaced: { fault } } as const;
        for (let times = 0; times < 3; times++) carrier.report(eventOf(dialerJobId, 'failed', facts));
        await jobIn('canceled');
        expect(await lead()).toMatchObject({ status: 'pending', call_attempts: 0 });
        expect(await call()).toBeUndefined();
        const isPaused = fault === 'account';
        expect(await campaignOf(stage, id)).toMatchObject(
          isPaused ? { status: 'paused', status_reason: 'provider_account' } : { status: 'running' },
        );
        if (!isPaused) return;
        await stage.client.post(`/campaigns/${id}/resume`);
        carrier.report(eventOf(dialerJobId, 'failed', { ...facts, eventKey: 'again' }));
        expect((await campaignOf(stage, id)).status).toBe('running');
      },
    );

    it('takes a call that has rung for tried, whatever the provider says of its placing', async () => {
      await startCampaign(stage, { count: 1, max_retries: 0 });
      const [{ dialerJobId } = { dialerJobId: '' }] = await requested(1);
      carrier.report(eventOf(dialerJobId, 'ringing'));
      await until('it rings', async () => (await call())?.['status'] === 'ringing');
      carrier.report(eventOf(dialerJobId, 'failed', { endReason: 'no-credit', notPlaced: { fault: 'account' } }));
      await jobIn('failed');
      expect(await lead()).toMatchObject({ status: 'exhausted', call_attempts: 1 });
    });

    it('retries a busy number, as often as the campaign allows and no more', async () => {
      const campaign = await startCampaign(stage, { count: 1, max_retries: 2 });
      for (let attempt = 1; attempt <= 3; attempt++) {
        await until(`attempt ${attempt} is made`, async () => carrier.requests.length === attempt);
        const { dialerJobId } = carrier.requests[attempt - 1]!;
        carrier.report(eventOf(dialerJobId, 'busy'));
        await until('it has ended', async () => (await jobs()).every((job) => job['check_at'] === null));
        if (attempt < 3) {
          expect(await lead()).toMatchObject({ status: 'pending', call_attempts: attempt });
          await stage.database.query(`WITH k AS MATERIALIZED (SELECT id FROM campaigns ORDER BY id FOR NO KEY UPDATE)
            UPDATE leads SET next_attempt_at = now() FROM k WHERE campaign_id = k.id AND leads.status = 'pending'`);
          await sweepNow();
        }
      }
      await until(
        'the campaign has completed',
        async () => (await campaignOf(stage, campaign.id)).status === 'completed',
      );
      expect(await lead()).toMatchObject({ status: 'exhausted', outcome: 'busy', call_attempts: 3 });
      expect(await campaignOf(stage, campaign.id)).toMatchObject({ calls_completed: 0, calls_failed: 3 });
    });

    it('gives the same rows for events in any order and any number of times', async () => {
      await startCampaign(stage, { count: 6, max_concurrent_calls: 6 });
      await until('all are dialed', async () => carrier.requests.length === 6);
      const orders = [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [3, 3, 2, 2, 1, 0, 0],
        [2, 0, 3, 1, 2],
        [1, 3, 0, 2],
      ];
      for (const [index, { dialerJobId }] of carrier.requests.entries()) {
        const events = fourEvents(dialerJobId);
        for (const step of orders[index]!) carrier.report(events[step]!);
      }
      await until(
        'all have ended and reported',
        async () =>
          (
            await stage.database.query(
              `SELECT 1 FROM calls WHERE summary IS NOT NULL AND ended_at IS NOT NULL AND answered_at IS NOT NULL`,
            )
          ).length === 6,
      );
      const rows = await stage.database.query(
        `SELECT DISTINCT status, outcome, answered_at, ended_at, duration_seconds, summary, cost FROM calls`,
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        status: 'completed',
        outcome: 'goal_reached',
        duration_seconds: 30,
        summary: 'Said yes.',
      });
      expect(await stage.database.query(`SELECT DISTINCT status FROM leads`)).toEqual([{ status: 'completed' }]);
    });

    it('gives the same rows for events in random orders, repeated and lost, once a look-up has filled the gaps', async () => {
      const calls = 40;
      await startCampaign(stage, { count: calls, max_concurrent_calls: calls });
      await until('all are dialed', async () => carrier.requests.length === calls);
      const orders = fc.sample(fc.array(fc.nat(3), { maxLength: 9 }), calls);
      for (const [index, { dialerJobId }] of carrier.requests.entries()) {
        const events = fourEvents(dialerJobId);
        for (const step of orders[index]!) carrier.report(events[step]!);
      }
      carrier.lookup = ({ dialerJobId }) => ({ kind: 'found', event: lookedUp(dialerJobId) });
      await until('every call has ended', async () => {
        await sweepNow();
        return (await jobs()).every((job) => job['check_at'] === null);
      });
      for (const { dialerJobId } of carrier.requests) carrier.report(fourEvents(dialerJobId)[3]!);
      const rows = () =>
        stage.database.query(`
          SELECT DISTINCT c.status, c.outcome, c.ended_at, c.summary, c.cost, l.status AS lead, l.outcome AS of_lead, l.call_attempts
          FROM calls c JOIN leads l ON l.id = c.lead_id`);
      await until('all rows are the same', async () => (await rows()).length === 1);
      expect((await rows())[0]).toMatchObject({
        status: 'completed',
        outcome: 'goal_reached',
        summary: 'Said yes.',
        lead: 'completed',
        of_lead: 'goal_reached',
        call_attempts: 1,
      });
    });

    it('keeps going when a report cannot be stored as it is', async () => {
      await startCampaign(stage, { count: 2, max_concurrent_calls: 2 });
      await until('both are dialed', async () => carrier.requests.length === 2);
      const [first, second] = carrier.requests.map(({ dialerJobId }) => dialerJobId);
      carrier.report(eventOf(first!, 'completed', { transcript: 'Agent: a\u0000b', cost: 'not a number' }));
      carrier.report(eventOf(second!, 'completed', { transcript: 'Agent: c\u0000d' }));
      await until(
        'the one that can be stored is',
        async () =>
          (
            await stage.database.query(`SELECT 1 FROM calls WHERE dialer_job_id = $1 AND transcript = 'Agent: cd'`, [
              second,
            ])
          ).length === 1,
      );
    });

    it('has moved nothing in all of this in a way that the tables of states do not know', async () => {
      const seen = await seenTransitions(stage.database);
      expect(seen.length).toBeGreaterThan(12);
      expect(seen.filter(([subject, was, became]) => !isKnown(subject, was, became))).toEqual([]);
    });
  });
}

/** A whole second that comes after all calls of these tests were placed, and is near enough to be believed. */
const TALK_BEGAN_MS = Math.ceil(Date.now() / 1000) * 1000 + 3_600_000;

function fourEvents(dialerJobId: string) {
  const at = (seconds: number) => ({ occurredAt: new Date(TALK_BEGAN_MS + 1000 * seconds) });
  return [
    eventOf(dialerJobId, 'ringing', at(0)),
    eventOf(dialerJobId, 'in_progress', { ...at(5), answeredBy: 'human' }),
    eventOf(dialerJobId, 'completed', at(35)),
    {
      ...eventOf(dialerJobId, 'completed', at(36)),
      eventKey: 'report',
      status: undefined,
      outcome: 'goal_reached' as const,
      summary: 'Said yes.',
      cost: '0.014',
    },
  ];
}

/** What the carrier says when it is asked after the end. */
function lookedUp(dialerJobId: string) {
  const [, , ended] = fourEvents(dialerJobId);
  return { ...ended!, eventKey: 'lookup-ended' };
}

function minutesFromNow(date: Date): number {
  return (date.getTime() - Date.now()) / 60_000;
}

function isKnown(subject: string, was: string, became: string): boolean {
  if (subject === 'calls') return nextCallStatus(was as CallStatus, became as CallStatus) === became;
  if (subject === 'campaigns') {
    return Object.values(CAMPAIGN_TRANSITIONS).some(({ from, to }) => from.some((one) => one === was) && to === became);
  }
  const table: Partial<Record<string, readonly string[]>> =
    subject === 'leads' ? LEAD_TRANSITIONS : DIALER_JOB_TRANSITIONS;
  return table[was]?.includes(became) === true;
}

import { sqlList } from '#database/statements/parts/sql-list.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { LIVE_CALL_STATUSES, type CallStatus } from '#rules/call/call-status.js';
import { eventOf, ObedientCarrier } from '../harness/obedient-carrier.js';
import { createCampaign, dramaNumber } from '../harness/running-api.js';
import { until } from '../harness/until.js';
import { clearStage, campaignOf, setStage, startCampaign, type QueueBackend, type Stage } from './stage.js';

const CLEAR = `
  DELETE FROM campaigns;
  DELETE FROM dnc_entries;
  UPDATE installation SET dialing_halted_at = NULL, dialing_halted_reason = NULL`;

/** What a person, the clock or trouble makes of a campaign beyond start and pause. */
export function describeControls(backend: QueueBackend): void {
  describe(`Controls, with the queue on ${backend}`, () => {
    const carrier = new ObedientCarrier();
    let stage: Stage;

    beforeAll(async () => {
      stage = await setStage(backend, carrier);
    });

    afterAll(() => stage.close());

    beforeEach(async () => {
      await clearStage(stage.database, CLEAR);
      carrier.requests.length = 0;
      carrier.hangUps.length = 0;
      carrier.answer = (request) => carrier.accept(request);
      carrier.lookup = () => ({ kind: 'not_found', isFinal: false });
    });

    const leads = () => stage.database.query(`SELECT * FROM leads ORDER BY phone_number`);
    const dialed = (count: number) => until(`${count} are dialed`, async () => carrier.requests.length >= count);
    const diagnosisOf = async (id: string) => (await stage.client.get(`/campaigns/${id}/diagnostics`)).body;
    const jobsIn = async (status: string) =>
      (await stage.database.query('SELECT FROM dialer_jobs WHERE status = $1', [status])).length;
    const statusOf = async (id: string) => (await campaignOf(stage, id)).status;
    const becomes = (id: string, status: string) =>
      until(`the campaign is ${status}`, async () => (await statusOf(id)) === status);
    const endAll = (status: CallStatus) => {
      for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, status));
    };
    const nothingLive = () =>
      until(
        'nothing is live',
        async () => (await stage.database.query(`SELECT 1 FROM dialer_jobs WHERE check_at IS NOT NULL`)).length === 0,
      );

    it("follow the campaign's own retry policy, and its minimum gap where that is longer", async () => {
      const retry_policy = { busy: { delays_seconds: [600] } };
      await startCampaign(stage, { count: 1, retry_policy });
      await startCampaign(stage, { count: 1, from: 1, retry_policy, min_gap_seconds: 7200 });
      await dialed(2);
      endAll('busy');
      await nothingLive();
      const [first, second] = (await leads()).map(
        ({ next_attempt_at }) => (next_attempt_at.getTime() - Date.now()) / 60_000,
      );
      expect(first).toBeGreaterThan(8);
      expect(first).toBeLessThan(11.1);
      expect(second).toBeGreaterThan(118);
    });

    it('keep a minimum gap between the campaigns that call a number', async () => {
      await startCampaign(stage, { count: 1, retry_failed: false });
      await dialed(1);
      endAll('no_answer');
      await nothingLive();
      const second = await startCampaign(stage, { count: 2, name: 'second', min_gap_seconds: 3600 });
      await dialed(2);
      expect(carrier.requests[1]).toMatchObject({ to: dramaNumber(1) });
      const [blocked] = await stage.database.query(
        `SELECT * FROM leads WHERE campaign_id = $1 AND status = 'pending'`,
        [second.id],
      );
      expect(blocked).toMatchObject({ phone_number: dramaNumber(0), block_code: 'min_gap', call_attempts: 0 });
      await expect
        .poll(() => diagnosisOf(second.id))
        .toMatchObject({
          activity: 'dialing',
          blocked_by: [{ code: 'min_gap', contacts: 1 }, { code: 'waiting_retry' }],
        });
    });

    it('pause a campaign in which too many attempts come to nothing by a fault', async () => {
      const campaign = await startCampaign(stage, { count: 40, max_concurrent_calls: 5, retry_failed: false });
      carrier.answer = () => ({ kind: 'rejected', fault: 'retryable', code: 'congestion' });
      for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, 'failed'));
      await until('the campaign is paused', async () => {
        for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, 'failed'));
        return (await statusOf(campaign.id)) === 'paused';
      });
      expect(await campaignOf(stage, campaign.id)).toMatchObject({ status_reason: 'circuit_breaker' });
      expect(carrier.requests.length).toBeLessThan(30);
      await expect
        .poll(() => diagnosisOf(campaign.id))
        .toMatchObject({
          blocked_by: [{ code: 'paused', detail: expect.stringContaining('fault') }],
        });
    });

    it('pause a campaign of whose numbers none exists, and call them again once the trunk is mended', async () => {
      const campaign = await startCampaign(stage, { count: 13, max_concurrent_calls: 3 });
      const refuseAll = () => {
        for (const { dialerJobId } of carrier.requests)
          carrier.report(eventOf(dialerJobId, 'failed', { outcome: 'bad_number', endReason: '404 Not Found' }));
      };
      await until('it is paused', async () => {
        refuseAll();
        return (await statusOf(campaign.id)) === 'paused';
      });
      expect(await campaignOf(stage, campaign.id)).toMatchObject({ status_reason: 'circuit_breaker' });
      expect(carrier.requests.length).toBeLessThan(13);
      await stage.client.post(`/campaigns/${campaign.id}/resume`);
      await until('nobody is left', async () => {
        refuseAll();
        return (await statusOf(campaign.id)) === 'completed';
      });
      expect((await leads()).map(({ status }) => status)).toEqual(Array.from({ length: 13 }, () => 'invalid'));
      expect(await stage.client.post(`/campaigns/${campaign.id}/redial`)).toMatchObject({ status: 409 });
      carrier.requests.length = 0;
      const again = await stage.client.post(`/campaigns/${campaign.id}/redial`, { outcomes: ['bad_number'] });
      expect(again).toMatchObject({ status: 200, body: { redialed: 13 } });
      await until('all are called again', async () => {
        endAll('completed');
        return (await statusOf(campaign.id)) === 'completed';
      });
      expect((await leads()).map(({ status }) => status)).toEqual(Array.from({ length: 13 }, () => 'completed'));
    });

    it('go on while somebody is reached, whatever numbers do not exist', async () => {
      const campaign = await startCampaign(stage, { count: 30, max_concurrent_calls: 1, retry_failed: false });
      await dialed(1);
      carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'busy'));
      await until('it is completed', async () => {
        for (const { dialerJobId } of carrier.requests.slice(1))
          carrier.report(eventOf(dialerJobId, 'failed', { outcome: 'bad_number' }));
        return (await statusOf(campaign.id)) === 'completed';
      });
    });

    it('go on while most calls are taken, though those that fail are the first to end', async () => {
      const campaign = await startCampaign(stage, { count: 60, max_concurrent_calls: 40, retry_failed: false });
      await dialed(40);
      await until('all of them are on the line', async () => (await jobsIn('active')) === 40);
      for (const { dialerJobId } of carrier.requests.slice(0, 12)) carrier.report(eventOf(dialerJobId, 'failed'));
      await dialed(52);
      expect(await statusOf(campaign.id)).toBe('running');
    });

    it('halt a whole business, keep it halted, and let it go on', async () => {
      const campaign = await startCampaign(stage, { count: 9, max_concurrent_calls: 3 });
      const other = await createCampaign(stage.client, { name: 'not started' });
      await dialed(3);
      const engaged = await stage.client.post('/tenant/kill-switch/engage', { reason: 'wrong list' });
      expect(engaged).toMatchObject({ status: 200, body: { reason: 'wrong list', paused_campaigns: 1, in_flight: 3 } });
      expect(await campaignOf(stage, campaign.id)).toMatchObject({ status: 'paused', status_reason: 'kill_switch' });
      for (const command of [`${campaign.id}/resume`, `${other.id}/start`]) {
        expect(await stage.client.post(`/campaigns/${command}`)).toMatchObject({
          status: 409,
          body: { code: 'dialing_halted' },
        });
      }
      endAll('completed');
      await nothingLive();
      expect(carrier.requests).toHaveLength(3);
      const released = await stage.client.post('/tenant/kill-switch/release', { resume_campaigns: true });
      expect(released).toMatchObject({ status: 200, body: { engaged_at: null, resumed_campaigns: 1 } });
      await dialed(6);
    });

    it('obey a kill switch that somebody sets by hand, for all businesses', async () => {
      await stage.database.query(
        `UPDATE installation SET dialing_halted_at = now(), dialing_halted_reason = 'carrier on fire'`,
      );
      const campaign = await createCampaign(stage.client);
      await stage.client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(1) });
      await stage.database.query(`UPDATE campaigns SET status = 'running', wake_at = now()`);
      await stage.worker.get(Sweeper).sweep();
      await expect
        .poll(() => diagnosisOf(campaign.id))
        .toMatchObject({
          activity: 'blocked',
          next_eligible_at: null,
          blocked_by: [{ code: 'kill_switch' }],
        });
      expect(carrier.requests).toHaveLength(0);
      await stage.database.query(`UPDATE installation SET dialing_halted_at = NULL, dialing_halted_reason = NULL`);
      await dialed(1);
    });

    it('begin a scheduled campaign when its time has come, and not before', async () => {
      const start_at = new Date(Date.now() + 3_600_000).toISOString();
      const campaign = await createCampaign(stage.client, { start_at });
      await stage.client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(1) });
      const answer = await stage.client.post(`/campaigns/${campaign.id}/start`);
      expect(answer).toMatchObject({
        status: 200,
        body: { message: 'Campaign scheduled', status: 'scheduled', jobs_enqueued: 1 },
      });
      await stage.worker.get(Sweeper).sweep();
      expect(await statusOf(campaign.id)).toBe('scheduled');
      await stage.database.query(`UPDATE campaigns SET start_at = now()`);
      await dialed(1);
      expect(await statusOf(campaign.id)).toBe('running');
    });

    it('end a campaign when its time is over: who waits expires, who is on the line goes on', async () => {
      const end_at = new Date(Date.now() + 3_600_000).toISOString();
      const campaign = await startCampaign(stage, { count: 5, max_concurrent_calls: 2, end_at });
      await dialed(2);
      await stage.database.query(`UPDATE campaigns SET start_at = NULL, end_at = now()`);
      await until(
        'those who wait have expired',
        async () => (await leads()).filter(({ status }) => status === 'expired').length === 3,
      );
      expect(await statusOf(campaign.id)).toBe('running');
      endAll('busy');
      await becomes(campaign.id, 'completed');
      expect((await leads()).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'expired'));
      expect(await stage.client.post(`/campaigns/${campaign.id}/start`)).toMatchObject({
        status: 409,
        body: { code: 'campaign_past_end' },
      });
      expect(carrier.requests).toHaveLength(2);
    });

    it('call those again who were given up, with as many retries as at first', async () => {
      const campaign = await startCampaign(stage, { count: 3, max_retries: 0 });
      await dialed(3);
      const [first, ...rest] = carrier.requests.map(({ dialerJobId }) => dialerJobId);
      carrier.report(eventOf(first!, 'completed'));
      for (const id of rest) carrier.report(eventOf(id, 'no_answer'));
      await becomes(campaign.id, 'completed');
      expect(await stage.client.post(`/campaigns/${campaign.id}/redial`, { outcomes: ['busy'] })).toMatchObject({
        status: 409,
        body: { code: 'nobody_to_redial' },
      });
      expect(await statusOf(campaign.id)).toBe('completed');
      expect(await stage.client.post(`/campaigns/${campaign.id}/redial`, { outcomes: ['no_answer'] })).toMatchObject({
        status: 200,
        body: { redialed: 2, status: 'running' },
      });
      await dialed(5);
      endAll('no_answer');
      await becomes(campaign.id, 'completed');
      expect((await leads()).map(({ status, call_attempts }) => `${status} ${call_attempts}`).toSorted()).toEqual([
        'completed 1',
        'exhausted 2',
        'exhausted 2',
      ]);
    });

    it('hang up what is on the line when a stop says so, whoever placed it', async () => {
      const campaign = await startCampaign(stage, { count: 2 });
      await dialed(2);
      await until(
        'both are on the line',
        async () => (await stage.database.query(`SELECT 1 FROM dialer_jobs WHERE status = 'active'`)).length === 2,
      );
      carrier.lookup = ({ dialerJobId }) => ({
        kind: 'found',
        report: carrier.hangUps.some((one) => one.dialerJobId === dialerJobId)
          ? { ...eventOf(dialerJobId, 'completed'), endReason: 'hung_up' }
          : eventOf(dialerJobId, 'in_progress'),
      });
      expect(await stage.client.post(`/campaigns/${campaign.id}/stop`, { hangup_in_flight: true })).toMatchObject({
        status: 200,
        body: { status: 'stopped', in_flight: 2 },
      });
      await nothingLive();
      expect(carrier.hangUps).toHaveLength(2);
      const calls = await stage.database.query(`SELECT status, end_reason FROM calls`);
      expect(calls).toEqual([1, 2].map(() => ({ status: 'completed', end_reason: 'hung_up' })));
    });

    /** As if the time of every look had come. */
    const sweepNow = async () => {
      await stage.database.query(`UPDATE dialer_jobs SET check_at = now() - interval '1 second' WHERE id IN (
        SELECT id FROM dialer_jobs WHERE check_at IS NOT NULL ORDER BY id FOR UPDATE)`);
      await stage.worker.get(Sweeper).sweep();
    };

    it.each(['hangup', 'continue'])('with %s for machines, do so once the provider knows of one', async (action) => {
      await startCampaign(stage, { count: 2, voicemail_action: action });
      await dialed(2);
      const [machine, person] = carrier.requests.map(({ dialerJobId }) => dialerJobId);
      carrier.lookup = ({ dialerJobId }) => ({ kind: 'found', report: eventOf(dialerJobId, 'in_progress') });
      carrier.report(eventOf(machine!, 'in_progress'));
      carrier.report(eventOf(person!, 'in_progress', { answeredBy: 'human' }));
      carrier.report({
        ...eventOf(machine!, 'in_progress'),
        reportKey: 'amd',
        status: undefined,
        answeredBy: 'machine',
      });
      await until(
        'it is known who took them',
        async () => (await stage.database.query('SELECT 1 FROM calls WHERE answered_by IS NOT NULL')).length === 2,
      );
      await sweepNow();
      expect([...new Set(carrier.hangUps.map(({ dialerJobId }) => dialerJobId))]).toEqual(
        action === 'hangup' ? [machine] : [],
      );
      endAll('completed');
      await nothingLive();
      const outcomes = await stage.database.query('SELECT outcome FROM calls ORDER BY outcome');
      expect(outcomes).toEqual([{ outcome: 'reached' }, { outcome: 'voicemail' }]);
    });

    it('hang up what rings for longer than it may, and take it for somebody who was out', async () => {
      await startCampaign(stage, { count: 1, ring_timeout_seconds: 15 });
      await dialed(1);
      const { dialerJobId } = carrier.requests[0]!;
      carrier.lookup = () => ({ kind: 'found', report: eventOf(dialerJobId, 'ringing') });
      carrier.report(eventOf(dialerJobId, 'ringing'));
      await until(
        'it rings',
        async () => (await stage.database.query(`SELECT 1 FROM calls WHERE status = 'ringing'`))[0],
      );
      await sweepNow();
      expect(carrier.hangUps).toEqual([]);
      carrier.lookup = () => ({ kind: 'found', report: eventOf(dialerJobId, 'ringing', { ageSeconds: 36 }) });
      await sweepNow();
      await until('it is hung up', async () => carrier.hangUps.length > 0);
      expect(carrier.hangUps[0]).toMatchObject({ dialerJobId });
      endAll('canceled');
      await nothingLive();
      const [call] = await stage.database.query('SELECT status, outcome, end_reason FROM calls');
      expect(call).toEqual({ status: 'canceled', outcome: 'no_answer', end_reason: 'ring_timeout' });
    });

    it('keep no recording that a campaign does not want, whoever made it', async () => {
      await startCampaign(stage, { count: 1, record_calls: false });
      await dialed(1);
      const { dialerJobId } = carrier.requests[0]!;
      carrier.report(eventOf(dialerJobId, 'completed', { recordingUrl: 'made:anyway', summary: 'They talked.' }));
      await nothingLive();
      const [call] = await stage.database.query('SELECT recording_url, summary FROM calls');
      expect(call).toEqual({ recording_url: null, summary: 'They talked.' });
      expect(await stage.database.query('SELECT 1 FROM recordings')).toEqual([]);
    });

    it.each([
      ['opt_out', 'suppressed'],
      ['callback_requested', 'pending'],
      ['voicemail', 'pending'],
      ['goal_reached', 'completed'],
    ] as const)(
      'make the same of %s, told before the end of the call or after the campaign has completed',
      async (outcome, status) => {
        const callbackAt = new Date(Date.now() + 2 * 24 * 3_600_000);
        const report = (jobId: string) => ({
          ...eventOf(jobId, 'completed'),
          reportKey: 'report',
          status: undefined,
          outcome,
          ...(outcome === 'callback_requested' ? { callbackAt } : {}),
        });
        const campaign = await startCampaign(stage, { count: 2 });
        await dialed(2);
        const [early, late] = carrier.requests.map(({ dialerJobId }) => dialerJobId);
        carrier.report(report(early!));
        carrier.report(eventOf(early!, 'completed'));
        await until('the first has ended', async () => (await leads()).some((lead) => lead['status'] === status));
        carrier.report(eventOf(late!, 'completed'));
        await nothingLive();
        carrier.report(report(late!));
        await until('both have come to the same', async () =>
          (await leads()).every((lead) => lead['outcome'] === outcome),
        );
        const [first, second] = await leads();
        expect([first!['status'], second!['status']]).toEqual([status, status]);
        if (outcome === 'callback_requested')
          expect([first!['next_attempt_at'], second!['next_attempt_at']]).toEqual([callbackAt, callbackAt]);
        expect(await statusOf(campaign.id)).toBe(status === 'pending' ? 'running' : 'completed');
      },
    );

    it('hang up a call that was accepted after it had been given up as lost', async () => {
      let letGo: () => void = () => undefined;
      carrier.answer = (request) => new Promise((resolve) => (letGo = () => resolve(carrier.accept(request))));
      await startCampaign(stage, { count: 1 });
      await until('the carrier is being asked', async () => carrier.requests.length === 1);
      carrier.lookup = () => ({ kind: 'not_found', isFinal: true });
      await until('the call is given up', async () => {
        await stage.database.query(`UPDATE dialer_jobs SET check_at = now() WHERE id IN (
          SELECT id FROM dialer_jobs WHERE check_at IS NOT NULL ORDER BY id FOR UPDATE)`);
        await stage.worker.get(Sweeper).sweep();
        return (await stage.database.query(`SELECT 1 FROM calls WHERE status = 'lost'`)).length === 1;
      });
      letGo();
      await until('it is hung up', async () => carrier.hangUps.length === 1);
    });

    it('let a small campaign through beside a large one', async () => {
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

    it('go on in one campaign while another is locked', async () => {
      const locked = await startCampaign(stage, { count: 1 });
      const free = await startCampaign(stage, { count: 2, from: 10, max_concurrent_calls: 1 });
      await dialed(2);
      const holder = await stage.database.hold(`SELECT 1 FROM campaigns WHERE id = '${locked.id}' FOR UPDATE`);
      try {
        for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, 'completed'));
        await dialed(3);
        expect(await statusOf(free.id)).toBe('running');
      } finally {
        await holder.letGo();
      }
    });

    it('survive connections that are cut in the middle of their transactions', async () => {
      await startCampaign(stage, { count: 60, max_concurrent_calls: 20 });
      let [looks, cuts] = [0, 0];
      await until('everybody has been called', async () => {
        // Not at every look, once there was one, nor for ever: a transaction of many statements would never get through
        // a busy machine.
        const isTurn = cuts === 0 || (looks++ % 3 === 0 && cuts < MOST_CUTS);
        if (isTurn) cuts += (await stage.database.query(CUT_ONE)).length;
        const live = await stage.database.query<{ dialer_job_id: string }>(
          `SELECT dialer_job_id FROM calls WHERE status IN (${sqlList(LIVE_CALL_STATUSES)})`,
        );
        for (const { dialer_job_id } of live) carrier.report(eventOf(dialer_job_id, 'completed'));
        await stage.database.query(`
          UPDATE dialer_jobs SET check_at = now() WHERE id IN (
            SELECT id FROM dialer_jobs WHERE status = 'queued' FOR UPDATE SKIP LOCKED)`);
        return carrier.requests.length === 60;
      });
      expect(new Set(carrier.requests.map(({ to }) => to)).size).toBe(60);
      expect(cuts).toBeGreaterThan(0);
    });
  });
}

const MOST_CUTS = 15;

const CUT_ONE = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'outdial' AND state LIKE 'idle in transaction%' LIMIT 1`;

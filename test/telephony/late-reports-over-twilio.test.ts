import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { campaignOf, startCampaign } from '../engine/dialing/stage.js';
import { dramaNumber } from '../support/running-api.js';
import { until } from '../support/until.js';
import { setCarrierStage, type CarrierStage } from './system/carrier-stage.js';
import { twilioSettings } from './system/settings.js';
import type { CallbackReport } from './twilio/call-reports.js';
import type { FakeCall } from './twilio/fake-call.js';
import { FakeTwilio } from './twilio/fake-twilio.js';
import { postCallback } from './twilio/post-webhook.js';
import { ACCOUNT } from './twilio/twilio-lab.js';

const TALK_SECONDS = 12;

/**
 * API and worker with TELEPHONY_PROVIDER=twilio; Twilio takes calls, answers each look-up with 503, and posts when the
 * test says so.
 */
describe('A call over Twilio that was given up while look-ups were answered with 503', () => {
  let nowMs = Date.now();
  let twilio: FakeTwilio;
  let stage: CarrierStage;

  beforeAll(async () => {
    twilio = await new FakeTwilio({ ...ACCOUNT, now: () => new Date(nowMs) }).open();
    twilio.isAway = true;
    stage = await setCarrierStage({ TELEPHONY_PROVIDER: 'twilio', ...twilioSettings(twilio.url) });
  });
  afterAll(async () => {
    await stage.close();
    twilio.close();
  });

  const job = async () => (await stage.database.query('SELECT * FROM dialer_jobs ORDER BY created_at LIMIT 1'))[0]!;
  const call = async () => (await stage.database.query('SELECT * FROM calls ORDER BY created_at LIMIT 1'))[0]!;
  const lead = async () => (await stage.database.query('SELECT * FROM leads'))[0]!;
  const sweep = async () => {
    await stage.database.query('UPDATE dialer_jobs SET check_at = now() WHERE check_at > now()');
    await stage.worker.get(Sweeper).sweep();
  };

  it('is not taken for over by a clock of the database that jumps', async () => {
    const first = { first_message: 'Hello.', count: 1, max_retries: 3 };
    await startCampaign(stage, first);
    await until('it is on the line', async () => (await job())['status'] === 'active');
    await stage.database.query(
      `UPDATE dialer_jobs SET dialing_at = dialing_at - interval '1 hour',
         deadline_at = deadline_at - interval '1 hour'`,
    );
    for (let n = 0; n < 3; n++) await sweep();
    expect(await job()).toMatchObject({ status: 'active' });
    expect(twilio.requests.filter((request) => /^POST .*Calls\/\w+\.json/.test(request))).toEqual([]);
  });

  it('is asked to end once it is over by the sweeper’s own clock too, and given up two minutes later', async () => {
    await stage.database.query('UPDATE dialer_jobs SET watched_ms = 665000');
    await sweep();
    await until('Twilio is asked', async () => twilio.requests.some((one) => /^POST .*Calls\/\w+\.json/.test(one)));
    expect(await job()).toMatchObject({ status: 'active' });
    await stage.database.query('UPDATE dialer_jobs SET watched_ms = 755000');
    await sweep();
    await until('it is given up', async () => (await job())['status'] === 'failed');
    expect(await call()).toMatchObject({ status: 'lost', outcome: 'lost', is_presumed: true });
    expect(await lead()).toMatchObject({ status: 'pending', outcome: 'lost' });
  });

  it('becomes what Twilio reports of it, signed, hours later, and nobody is called again', async () => {
    const [talk] = twilio.book.of((await job())['id'] as string);
    nowMs += 3_600_000;
    const late = reportOfTalk(talk!);
    for (let n = 0; n < 3; n++) expect(await postCallback(late, ACCOUNT)).toEqual([204]);
    expect(await call()).toMatchObject({
      status: 'completed',
      outcome: 'reached',
      answered_by: 'human',
      duration_seconds: TALK_SECONDS,
      end_reason: 'completed',
      is_presumed: false,
    });
    expect(await job()).toMatchObject({ status: 'succeeded' });
    expect(await lead()).toMatchObject({ status: 'completed', outcome: 'reached', call_attempts: 1 });
    await stage.database.query('UPDATE leads SET next_attempt_at = now(); UPDATE campaigns SET wake_at = now()');
    await sweep();
    expect(twilio.book.creates.filter(({ to }) => to === dramaNumber(0))).toHaveLength(1);
    const [{ campaign_id: id }] = (await stage.database.query('SELECT campaign_id FROM calls')) as [
      { campaign_id: string },
    ];
    expect(await campaignOf(stage, id)).toMatchObject({ status: 'completed', calls_completed: 1, calls_failed: 0 });
  });

  /** Twilio's post at the end of a talk of twelve seconds: signed, with who answered. */
  function reportOfTalk({ terms: { sid, form } }: FakeCall): Omit<CallbackReport, 'event'> {
    const fields = {
      CallSid: sid,
      AccountSid: ACCOUNT.accountSid,
      To: form.get('To') ?? '',
      From: form.get('From') ?? '',
      ApiVersion: '2010-04-01',
      Direction: 'outbound-api',
      CallStatus: 'completed',
      AnsweredBy: 'human',
      CallDuration: String(TALK_SECONDS),
      Duration: '1',
      SequenceNumber: '3',
      Timestamp: new Date(nowMs).toUTCString(),
      CallbackSource: 'call-progress-events',
    };
    return { url: form.get('StatusCallback') ?? '', fields };
  }

  it('asks Twilio nothing that its own description does not allow', () => {
    expect(twilio.violations).toEqual([]);
  });
});

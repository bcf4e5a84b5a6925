import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaignOf, startCampaign } from '../engine/dialing/stage.js';
import { dramaNumber, type CampaignBody } from '../support/running-api.js';
import { until } from '../support/until.js';
import { HAS_SIP } from './sip/installed.js';
import { calleeScenario } from './sip/scenarios.js';
import { SipSite } from './sip/sip-site.js';
import { setCarrierStage, type CarrierStage } from './system/carrier-stage.js';
import { refuses, SipExchange, TALKS, type Person } from './system/sip-exchange.js';

const COUNT = 25;
const MOST_AT_ONCE = 5;

/** Behaviour of the people, repeated every five calls, and the statuses that come of it. */
const PEOPLE: readonly (readonly [Person, string])[] = [
  [TALKS, 'completed reached completed'],
  [refuses(486), 'busy busy exhausted'],
  [refuses(480), 'no_answer no_answer exhausted'],
  [TALKS, 'completed reached completed'],
  [refuses(603), 'no_answer no_answer exhausted'],
];

/** First numbers of the other stories. */
const STOPPED = 100;
const AWAY = 200;
const LOCKED_OUT = 210;
const ALONE = 220;

/** API and worker with TELEPHONY_PROVIDER=sip: real SIP and RTP between baresip and sipp, on loopback. */
describe.skipIf(!HAS_SIP)('A campaign over a SIP trunk (apt-get install baresip-core sip-tester)', () => {
  let site: SipSite;
  let exchange: SipExchange;
  let stage: CarrierStage;
  let campaign: CampaignBody;
  const here = () => ({ stage, campaignId: campaign.id });

  beforeAll(async () => {
    site = await SipSite.open(calleeScenario());
    exchange = new SipExchange(site, (to) => PEOPLE[Number(to.slice(-3)) % PEOPLE.length]![0]);
    stage = await setCarrierStage({
      TELEPHONY_PROVIDER: 'sip',
      OUTDIAL_DATA_DIR: site.directory,
      SIP_TRUNK: `127.0.0.1:${site.callee.port}`,
      SIP_USER: 'outdial',
      SIP_LOCAL_ADDRESS: '127.0.0.1',
      SIP_AUDIO_FILE: site.prompt(60),
    });
    campaign = await startCampaign(stage, { count: COUNT, max_concurrent_calls: MOST_AT_ONCE, retry_failed: false });
    await exchange.playUntil(here(), 'it is completed', async () => {
      return (await campaignOf(stage, campaign.id)).status === 'completed';
    });
  });

  afterAll(async () => {
    await stage.close();
    await site.close();
  });

  it('rings everybody exactly once, and comes to what came of each call', async () => {
    const numbers = Array.from({ length: COUNT }, (_, n) => dramaNumber(n));
    expect(numbers.map((to) => exchange.callsTo(to))).toEqual(numbers.map(() => 1));
    const calls = await stage.callsOf(campaign.id);
    expect(calls.map(({ status, outcome, lead }) => [status, outcome, lead].join(' '))).toEqual(
      numbers.map((_, n) => PEOPLE[n % PEOPLE.length]![1]),
    );
    await stage.untilNothingIsLive();
  });

  it('never has more calls on the line than it may', () => {
    expect(exchange.mostAtOnce).toBeGreaterThan(0);
    expect(exchange.mostAtOnce).toBeLessThanOrEqual(MOST_AT_ONCE);
  });

  it('plays what was recorded', async () => {
    campaign = await startCampaign(stage, { count: 1, from: ALONE });
    const recorded = async () => (await stage.callsOf(campaign.id)).find(({ is_recorded }) => is_recorded);
    await exchange.playUntil(here(), 'it is recorded', async () => (await recorded()) !== undefined);
    const recording = await stage.client.get<string>(`/calls/${(await recorded())!.id}/recording`);
    expect([recording.status, recording.body.slice(0, 4)]).toEqual([200, 'RIFF']);
  });

  it.each([
    ['under repair', 503, AWAY, { status: 'running', status_reason: null }],
    ['that lets us in no more', 407, LOCKED_OUT, { status: 'paused', status_reason: 'provider_account' }],
  ] as const)('uses nobody’s attempt at a trunk %s', async (_, code, from, state) => {
    campaign = await startCampaign(stage, { count: 1, from });
    const leads = () =>
      stage.database.query<{ status: string; call_attempts: number; reason: string }>(
        `SELECT l.status, l.call_attempts, j.reason
         FROM leads l JOIN dialer_jobs j ON j.lead_id = l.id WHERE l.campaign_id = $1`,
        [campaign.id],
      );
    const refused = new SipExchange(site, () => refuses(code));
    await refused.playUntil(here(), 'the attempt is given back', async () => (await leads())[0]?.status === 'pending');
    expect(await leads()).toEqual([
      { status: 'pending', call_attempts: 0, reason: expect.stringMatching(`^${code} `) },
    ]);
    expect([await stage.callsOf(campaign.id), exchange.callsTo(dramaNumber(from))]).toEqual([[], 1]);
    expect(await campaignOf(stage, campaign.id)).toMatchObject(state);
    await stage.client.post(`/campaigns/${campaign.id}/stop`);
  });

  it('hangs up what is on the line when a stop says so', async () => {
    campaign = await startCampaign(stage, { count: 1, from: STOPPED });
    const statusIs = async (status: string) => (await stage.callsOf(campaign.id))[0]?.status === status;
    const answers = new SipExchange(site, () => (status) => (status === 'in_progress' ? null : 'answer'));
    await answers.playUntil(here(), 'they are connected', () => statusIs('in_progress'));
    await stage.client.post(`/campaigns/${campaign.id}/stop`, { hangup_in_flight: true });
    await stage.untilNothingIsLive();
    await until('the callee knows it', async () => site.callee.invitations.every(({ isOver }) => isOver));
    expect(exchange.callsTo(dramaNumber(STOPPED))).toBe(1);
  });
});

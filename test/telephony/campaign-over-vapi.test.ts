import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SENTENCES } from '#rules/first-words/sentences.js';
import { campaignOf, startCampaign } from '../engine/dialing/stage.js';
import { until } from '../support/until.js';
import { dramaNumber, type CampaignBody } from '../support/running-api.js';
import { Cast } from './system/call-scripts.js';
import { setCarrierStage, type CarrierStage } from './system/carrier-stage.js';
import { vapiSettings } from './system/settings.js';
import { VapiExchange } from './system/vapi-exchange.js';

const FIRST_WORDS = `${DEFAULT_SENTENCES.en.disclosure} ${DEFAULT_SENTENCES.en.recording_notice}`;

const NAMES = ['talk', 'busy', 'unanswered', 'machine', 'talk'] as const;

/** First numbers of the other stories. */
const [STOPPED, BROKEN_OFF, UNPAID, RINGING] = [100, 200, 300, 400];

/** API and worker with TELEPHONY_PROVIDER=vapi, over HTTP with a Vapi on this machine. */
describe('A campaign over Vapi', () => {
  const cast = new Cast();
  let vapi: VapiExchange;
  let stage: CarrierStage;
  let campaign: CampaignBody;

  beforeAll(async () => {
    vapi = await VapiExchange.open(cast);
    stage = await setCarrierStage({ TELEPHONY_PROVIDER: 'vapi', ...vapiSettings(vapi.fake.url) });
    cast.assign(0, NAMES);
    campaign = await startCampaign(stage, { count: NAMES.length, max_concurrent_calls: 2, retry_failed: false });
    await vapi.playUntil('it is completed', async () => (await campaignOf(stage, campaign.id)).status === 'completed');
  });

  afterAll(async () => {
    await stage.close();
    vapi.close();
  });

  it('calls everybody exactly once, and comes to what came of each call', async () => {
    expect(NAMES.map((_, n) => vapi.callsTo(dramaNumber(n)))).toEqual(NAMES.map(() => 1));
    const calls = await stage.callsOf(campaign.id);
    expect(calls.map(({ status, outcome, lead }) => [status, outcome, lead].join(' '))).toEqual([
      'completed goal_reached completed',
      'busy busy exhausted',
      'no_answer no_answer exhausted',
      'completed voicemail exhausted',
      'completed goal_reached completed',
    ]);
    await stage.untilNothingIsLive();
    expect(new Set(vapi.answers)).toEqual(new Set([204]));
  });

  it('has the conversation, its summary, its cost and its recording from the report', async () => {
    const [talk] = await stage.callsOf(campaign.id);
    expect(talk).toMatchObject({ is_recorded: true, cost: expect.any(Number) });
    const { body } = await stage.client.get<Record<string, unknown>>(`/calls/${talk!.id}`);
    expect(body).toMatchObject({
      first_words_said: 'said',
      summary: 'They spoke, and were content.',
      transcript: expect.stringContaining('Yes'),
    });
    const { body: told } = await stage.client.get<{ turns: { role: string; text: string }[] }>(
      `/calls/${talk!.id}/transcript`,
    );
    expect(told.turns.map(({ role, text }) => `${role}: ${text}`)).toEqual([
      `agent: ${FIRST_WORDS}`,
      'person: Yes, who is there?',
    ]);
    const recording = await stage.client.get<string>(`/calls/${talk!.id}/recording`);
    expect([recording.status, recording.body.slice(0, 4)]).toEqual([200, 'RIFF']);
  });

  it('hangs up what is on the line when a stop says so', async () => {
    cast.assign(STOPPED, ['open']);
    const stopped = await startCampaign(stage, { count: 1, from: STOPPED });
    await vapi.playUntil('they are talking', async () => {
      const [call] = await stage.callsOf(stopped.id);
      return call?.status === 'in_progress';
    });
    await stage.client.post(`/campaigns/${stopped.id}/stop`, { hangup_in_flight: true });
    await vapi.playUntil('they are not', async () => (await stage.callsOf(stopped.id))[0]?.status !== 'in_progress');
    await stage.untilNothingIsLive();
    expect(vapi.callsTo(dramaNumber(STOPPED))).toBe(1);
    expect(vapi.fake.requests.filter((request) => request.startsWith('POST /control/'))).toHaveLength(1);
  });

  it('asks again to hang up what could not be controlled before it was taken', async () => {
    cast.assign(RINGING, ['ringing']);
    const controls = () => vapi.fake.requests.filter((one) => one.startsWith('POST /control/')).length;
    const before = controls();
    const stopped = await startCampaign(stage, { count: 1, from: RINGING });
    await vapi.playUntil('it rings', async () => (await stage.callsOf(stopped.id))[0]?.status === 'ringing');
    await stage.client.post(`/campaigns/${stopped.id}/stop`, { hangup_in_flight: true });
    await vapi.playUntil('it was asked to hang up, in vain', async () => controls() > before);
    vapi.step(dramaNumber(RINGING), 'answer');
    await vapi.playUntil('it is not live', async () => (await stage.callsOf(stopped.id))[0]?.job !== 'active');
    await stage.untilNothingIsLive();
    expect(controls()).toBeGreaterThan(before + 1);
    expect(vapi.callsTo(dramaNumber(RINGING))).toBe(1);
  });

  it('does not call those again with whom it talked until the line broke', async () => {
    cast.assign(BROKEN_OFF, ['open']);
    const brokenOff = await startCampaign(stage, { count: 1, from: BROKEN_OFF });
    await vapi.playUntil('they are talking', async () => {
      const [call] = await stage.callsOf(brokenOff.id);
      return call?.status === 'in_progress';
    });
    vapi.end(dramaNumber(BROKEN_OFF), 'pipeline-error-openai-llm-failed');
    const isOver = async () => (await campaignOf(stage, brokenOff.id)).status === 'completed';
    await vapi.playUntil('it is completed', isOver);
    expect(await stage.callsOf(brokenOff.id)).toMatchObject([
      { status: 'completed', outcome: 'goal_reached', lead: 'completed' },
    ]);
    expect(vapi.callsTo(dramaNumber(BROKEN_OFF))).toBe(1);
  });

  it('waits for a person, and takes no attempt, where Vapi ends calls for want of credit', async () => {
    vapi.reply = { kind: 'hold_up' };
    const unpaid = await startCampaign(stage, { count: 1, from: UNPAID });
    await until('the call is there', async () => vapi.callsTo(dramaNumber(UNPAID)) === 1);
    vapi.end(dramaNumber(UNPAID), 'call.start.error-subscription-insufficient-credits');
    await vapi.playUntil('it is paused', async () => (await campaignOf(stage, unpaid.id)).status === 'paused');
    expect(await campaignOf(stage, unpaid.id)).toMatchObject({ status_reason: 'provider_account' });
    await stage.untilNothingIsLive();
    expect(await stage.callsOf(unpaid.id)).toEqual([]);
    const sql = 'SELECT status, call_attempts FROM leads WHERE campaign_id = $1';
    expect(await stage.database.query(sql, [unpaid.id])).toEqual([{ status: 'pending', call_attempts: 0 }]);
  });
});

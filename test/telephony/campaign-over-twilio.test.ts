import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { DEFAULT_SENTENCES } from '#rules/first-words/sentences.js';
import { campaignOf, startCampaign } from '../engine/dialing/stage.js';
import { createCampaign, dramaNumber, type CampaignBody } from '../support/running-api.js';
import { until } from '../support/until.js';
import { answer, ChatServer, say } from './agent/chat-server.js';
import { TwilioCaller } from './agent/twilio-caller.js';
import { Cast } from './system/call-scripts.js';
import { setCarrierStage, type CarrierStage } from './system/carrier-stage.js';
import { twilioSettings } from './system/settings.js';
import { TwilioExchange } from './system/twilio-exchange.js';
import { ACCOUNT } from './twilio/twilio-lab.js';

const FIRST_WORDS = `${DEFAULT_SENTENCES.en.disclosure} ${DEFAULT_SENTENCES.en.recording_notice}`;

const SLOTS = 3;
const TALKERS = 3;
const BUSY = 2;
const SILENT = 1;
const MACHINES = 2;
const EVERYBODY = TALKERS + BUSY + SILENT + MACHINES;

/** First numbers of the other stories. */
const STOPPED = 100;
const CONVERSATION = 200;
const WITHDRAWN = 300;

const PRICE_OF_A_MINUTE = 0.014;

/** API and worker with TELEPHONY_PROVIDER=twilio, over HTTP with a Twilio on this machine. */
describe('A campaign over Twilio', () => {
  const cast = new Cast();
  let chat: ChatServer;
  let twilio: TwilioExchange;
  let stage: CarrierStage;

  beforeAll(async () => {
    chat = await ChatServer.start();
    twilio = await TwilioExchange.open(cast);
    const model = { LLM_API_URL: chat.url, LLM_MODEL: 'm-1', LLM_API_KEY: 'of the model' };
    stage = await setCarrierStage({
      TELEPHONY_PROVIDER: 'twilio',
      ...twilioSettings(twilio.fake.url),
      ...model,
      CALLER_IDS: '+442079460998',
    });
  });

  afterAll(async () => {
    await stage.close();
    await twilio.close();
    await chat.close();
  });

  const numbersFrom = (from: number, count: number) => Array.from({ length: count }, (_, n) => dramaNumber(from + n));

  describe('to its end', () => {
    let campaign: CampaignBody;

    beforeAll(async () => {
      twilio.isPriced = false;
      cast.assign(TALKERS, ['busy', 'busy', 'unanswered', 'machine', 'machine']);
      campaign = await startCampaign(stage, { count: EVERYBODY, max_concurrent_calls: SLOTS, retry_failed: false });
      await until('it is completed', async () => (await campaignOf(stage, campaign.id)).status === 'completed');
    });

    it('calls everybody exactly once', () => {
      const numbers = numbersFrom(0, EVERYBODY);
      expect(numbers.map((to) => twilio.callsTo(to))).toEqual(numbers.map(() => 1));
    });

    it('comes to what came of each call', async () => {
      const calls = await stage.callsOf(campaign.id);
      const told = calls.map(({ status, outcome, lead }) => [status, outcome, lead].join(' '));
      expect(told).toEqual([
        ...Array.from({ length: TALKERS }, () => 'completed reached completed'),
        ...Array.from({ length: BUSY }, () => 'busy busy exhausted'),
        ...Array.from({ length: SILENT }, () => 'no_answer no_answer exhausted'),
        ...Array.from({ length: MACHINES }, () => 'completed voicemail exhausted'),
      ]);
      expect(calls.map(({ answered_by }) => answered_by)).toEqual([
        ...Array.from({ length: TALKERS }, () => 'human'),
        ...Array.from({ length: BUSY + SILENT }, () => null),
        ...Array.from({ length: MACHINES }, () => 'machine'),
      ]);
    });

    it('leaves every slot free', async () => {
      await stage.untilNothingIsLive();
      const live = await stage.database.query(
        `SELECT id FROM dialer_jobs WHERE status NOT IN ('succeeded', 'failed', 'canceled', 'skipped')`,
      );
      expect(live).toEqual([]);
      expect(await campaignOf(stage, campaign.id)).toMatchObject({
        calls_completed: TALKERS + MACHINES,
        calls_failed: BUSY + SILENT,
      });
    });

    it('hands out recordings as Twilio has them', async () => {
      const recorded = await until('they have been told of', async () => {
        const calls = (await stage.callsOf(campaign.id)).filter(({ is_recorded }) => is_recorded);
        return calls.length === TALKERS + MACHINES && calls;
      });
      const { status, headers, body } = await stage.client.get<string>(`/calls/${recorded[0]!.id}/recording`);
      expect([status, headers.get('content-type'), body.slice(0, 4)]).toEqual([200, 'audio/x-wav', 'RIFF']);
    });

    it('was told all of it by callbacks that were taken', async () => {
      await until('the last is answered', async () => twilio.answers.length === reportsOf(EVERYBODY));
      expect(new Set(twilio.answers)).toEqual(new Set([204]));
      expect(await stage.database.query('SELECT * FROM provider_webhooks')).toEqual([]);
    });

    it('learns what calls cost a minute after their end, and asks once about each that was taken', async () => {
      expect((await stage.callsOf(campaign.id)).every(({ cost }) => cost === null)).toBe(true);
      const looked = await stage.database.query('SELECT FROM cost_lookups WHERE looks > 0 OR due_at < now()');
      expect(looked).toEqual([]);
      twilio.isPriced = true;
      const asked = () => twilio.fake.requests.filter((request) => /^GET .*\/Calls\/\w+\.json$/.test(request)).length;
      const askedBefore = asked();
      await stage.database.query('UPDATE cost_lookups SET due_at = now()');
      await until('costs have come', async () => {
        await stage.worker.get(Sweeper).sweep();
        const priced = (await stage.callsOf(campaign.id)).filter(({ cost }) => cost !== null);
        return priced.length === TALKERS + MACHINES;
      });
      await stage.worker.get(Sweeper).sweep();
      expect(asked() - askedBefore).toBe(TALKERS + MACHINES);
      const priced = (await stage.callsOf(campaign.id)).map(({ cost }) => cost);
      expect(priced).toEqual([
        ...Array.from({ length: TALKERS }, () => PRICE_OF_A_MINUTE),
        ...Array.from({ length: BUSY + SILENT }, () => null),
        ...Array.from({ length: MACHINES }, () => PRICE_OF_A_MINUTE),
      ]);
    });
  });

  it('hangs up what is on the line when a stop says so', async () => {
    cast.assign(STOPPED, ['open', 'open', 'open', 'open']);
    const campaign = await startCampaign(stage, { count: 4, from: STOPPED, max_concurrent_calls: 2 });
    await until('both are talking', async () => {
      const calls = await stage.callsOf(campaign.id);
      return calls.filter(({ status }) => status === 'in_progress').length === 2;
    });
    const stopped = await stage.client.post(`/campaigns/${campaign.id}/stop`, { hangup_in_flight: true });
    expect(stopped).toMatchObject({ status: 200, body: { status: 'stopped', in_flight: 2 } });
    await stage.untilNothingIsLive();
    expect((await stage.callsOf(campaign.id)).map(({ status, outcome }) => `${status} ${outcome}`)).toEqual([
      'completed reached',
      'completed reached',
    ]);
    expect(numbersFrom(STOPPED, 4).map((to) => twilio.callsTo(to))).toEqual([1, 1, 0, 0]);
    const ended = twilio.fake.requests.filter((request) => /^POST .*\/Calls\/\w+\.json$/.test(request));
    expect(new Set(ended).size).toBe(2);
  });

  it('holds a conversation over our relay, and keeps what was said and what it came to', async () => {
    cast.assign(CONVERSATION, ['open']);
    const prompt = { system_prompt: 'Ask {{first_name}} whether they renew.', first_message: 'Good morning.' };
    const campaign = await startCampaign(stage, { count: 1, from: CONVERSATION, ...prompt });
    const call = await until('they have picked up', async () => {
      const [fake] = twilio.fake.book
        .visible()
        .filter(({ terms }) => terms.form.get('To') === dramaNumber(CONVERSATION));
      const [told] = await stage.callsOf(campaign.id);
      return told?.status === 'in_progress' && fake;
    });
    const relayUrl = /<ConversationRelay url="([^"]+)"/.exec(call.terms.form.get('Twiml') ?? '')?.[1] ?? '';
    const { dialerJobId: jobId } = call.terms;
    expect(relayUrl).toBe(`ws://127.0.0.1:${stage.port}/api/v1/telephony/twilio/relay/${jobId}`);
    const handshake = { jobId, signedUrl: relayUrl, authToken: ACCOUNT.authToken };
    expect(await TwilioCaller.connect(stage.port, { ...handshake, authToken: 'another' })).toBe(403);

    chat.will(
      say('I will ', 'see to that.'),
      answer('{"summary":"They want no more calls.","opt_out":true,"goal_reached":false,"callback_requested_at":null}'),
    );
    const caller = (await TwilioCaller.connect(stage.port, handshake)) as TwilioCaller;
    caller.setUp(call.terms.sid);
    caller.person('Never call me again.');
    await caller.hear('I will see to that.');
    caller.hangUp();
    call.step('complete');
    const concluded = 'SELECT 1 FROM calls WHERE campaign_id = $1 AND summary IS NOT NULL';
    await until('it is concluded', async () => (await stage.database.query(concluded, [campaign.id]))[0]);

    expect(chat.requests[0]).toMatchObject({ authorization: 'Bearer of the model', body: { model: 'm-1' } });
    expect(JSON.stringify(chat.requests[0]?.body.messages)).toContain('Ask ⟦Lead 0⟧ whether they renew.');
    await until('the call is over', async () => (await stage.callsOf(campaign.id))[0]?.status === 'completed');
    const [row] = await stage.database.query(
      `SELECT c.is_relayed, c.first_words_said, c.summary, c.transcript, l.status AS lead, v.status AS conversation,
         (SELECT array_agg(m ->> 'text' ORDER BY n)
           FROM jsonb_array_elements(v.messages) WITH ORDINALITY AS t (m, n)) AS said
       FROM calls c JOIN leads l ON l.id = c.lead_id JOIN conversations v ON v.call_id = c.id WHERE c.campaign_id = $1`,
      [campaign.id],
    );
    expect(row).toEqual({
      is_relayed: true,
      first_words_said: 'said',
      summary: 'They want no more calls.',
      transcript: `Agent: ${FIRST_WORDS} Good morning.\nPerson: Never call me again.\nAgent: I will see to that.`,
      lead: 'suppressed',
      conversation: 'completed',
      said: [`${FIRST_WORDS} Good morning.`, 'Never call me again.', 'I will see to that.'],
    });
    expect(await stage.database.query('SELECT phone_number, source FROM dnc_entries')).toEqual([
      { phone_number: dramaNumber(CONVERSATION), source: 'opt_out' },
    ]);
    expect(await TwilioCaller.connect(stage.port, handshake)).toBe(404);
    expect(chat.unused).toBe(0);
  });

  describe('from a number', () => {
    const LENT = '+442079460998';
    const OTHERS = '+442079460997';
    const notAllowed = { status: 422, body: { errors: [{ field: 'from_number' }] } };

    it('may have one that the operator has lent, and no other', async () => {
      const { client } = stage;
      expect(await createCampaign(client, { from_number: LENT })).toMatchObject({ from_number: LENT });
      const fields = { name: 'c', system_prompt: 'p', voice_id: 'v' };
      expect(await client.post('/campaigns', { ...fields, from_number: OTHERS })).toMatchObject(notAllowed);
      const { id } = await createCampaign(client);
      expect(await client.patch(`/campaigns/${id}`, { from_number: OTHERS })).toMatchObject(notAllowed);
      expect(await campaignOf(stage, id)).toMatchObject({ from_number: null });
      expect(await client.post('/caller-ids', { phone_number: OTHERS })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'phone_number' }] },
      });
    });

    it('that was withdrawn is not started, and pauses where it runs; nobody is called from it', async () => {
      const { client, database } = stage;
      const { id } = await createCampaign(client, { name: 'Not yet started' });
      await client.post(`/campaigns/${id}/contacts`, { phone_number: dramaNumber(WITHDRAWN) });
      await database.query('UPDATE campaigns SET from_number = $2 WHERE id = $1', [id, OTHERS]);
      const obstacle = { code: 'caller_id_not_allowed', field: 'from_number' };
      expect((await client.post(`/campaigns/${id}/preflight`)).body).toMatchObject({ line_obstacle: obstacle });
      expect(await client.post(`/campaigns/${id}/start`)).toMatchObject({ status: 409, body: obstacle });

      await database.query(`UPDATE campaigns SET status = 'running' WHERE id = $1`, [id]);
      await stage.worker.get(Dispatcher).dispatch(id);
      await until('it pauses', async () => (await campaignOf(stage, id)).status === 'paused');
      expect(await campaignOf(stage, id)).toMatchObject({ status_reason: 'provider_account' });
      expect(twilio.callsTo(dramaNumber(WITHDRAWN))).toBe(0);
    });
  });

  /**
   * Counts call reports. Each call has initiated, ringing and its end; an answered one also has answered, answered by,
   * and recording.
   */
  function reportsOf(calls: number): number {
    return 3 * calls + 3 * (TALKERS + MACHINES);
  }
});

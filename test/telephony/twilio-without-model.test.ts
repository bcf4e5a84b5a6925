import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { campaignOf } from '../engine/dialing/stage.js';
import { createCampaign, dramaNumber } from '../support/running-api.js';
import { until } from '../support/until.js';
import { Cast } from './system/call-scripts.js';
import { setCarrierStage, type CarrierStage } from './system/carrier-stage.js';
import { twilioSettings } from './system/settings.js';
import { TwilioExchange } from './system/twilio-exchange.js';

/** The installation's Twilio, and no model: what a call says is its campaign's first message. */
describe('A campaign over Twilio without a model', () => {
  let twilio: TwilioExchange;
  let stage: CarrierStage;

  beforeAll(async () => {
    twilio = await TwilioExchange.open(new Cast());
    stage = await setCarrierStage({ TELEPHONY_PROVIDER: 'twilio', ...twilioSettings(twilio.fake.url) });
  });

  afterAll(async () => {
    await stage.close();
    await twilio.close();
  });

  const contactOf = (id: string, n: number) =>
    stage.client.post(`/campaigns/${id}/contacts`, { phone_number: dramaNumber(n) });

  it('is started once it has a first message, and not before', async () => {
    const { client } = stage;
    const { id } = await createCampaign(client);
    await contactOf(id, 1);
    const missing = { code: 'first_message_missing', field: 'first_message' };
    expect((await client.post(`/campaigns/${id}/preflight`)).body).toMatchObject({ line_obstacle: missing });
    expect(await client.post(`/campaigns/${id}/start`)).toMatchObject({ status: 409, body: missing });
    await client.patch(`/campaigns/${id}`, { first_message: 'Good morning.' });
    expect((await client.post(`/campaigns/${id}/start`)).status).toBe(200);
    await until('the call was asked for', async () => twilio.callsTo(dramaNumber(1)) === 1);
  });

  it.each([[null], [' ']])('pauses where it runs all the same with %j, and nobody is called', async (firstMessage) => {
    const { client, database } = stage;
    const { id } = await createCampaign(client);
    await contactOf(id, 2);
    await database.query(`UPDATE campaigns SET status = 'running', first_message = $2 WHERE id = $1`, [
      id,
      firstMessage,
    ]);
    await stage.worker.get(Dispatcher).dispatch(id);
    await until('it pauses', async () => (await campaignOf(stage, id)).status === 'paused');
    expect(await campaignOf(stage, id)).toMatchObject({ status_reason: 'provider_account' });
    expect(twilio.callsTo(dramaNumber(2))).toBe(0);
    const [lead] = await database.query('SELECT status, call_attempts FROM leads WHERE campaign_id = $1', [id]);
    expect(lead).toEqual({ status: 'pending', call_attempts: 0 });
  });
});

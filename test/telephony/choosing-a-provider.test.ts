import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startCampaign } from '../engine/dialing/stage.js';
import { failToStart } from '../support/local-system.js';
import { freePort } from '../support/free-port.js';
import { dramaNumber } from '../support/running-api.js';
import { Cast } from './system/call-scripts.js';
import { setCarrierStage, type CarrierStage } from './system/carrier-stage.js';
import { twilioSettings, vapiSettings } from './system/settings.js';
import { TwilioExchange } from './system/twilio-exchange.js';
import { VapiExchange } from './system/vapi-exchange.js';

/** A start builds first what has changed. */
const BUILD_PATIENCE_MS = 120_000;

/** Final statuses of a dialer job; a person whom the simulator calls may be busy. */
const OVER = new Set<string | undefined>(['succeeded', 'failed']);

describe('The one variable that chooses a provider', () => {
  describe('beside the settings of all of them', () => {
    const cast = new Cast();
    let twilio: TwilioExchange;
    let vapi: VapiExchange;
    let stage: CarrierStage;

    beforeAll(async () => {
      [twilio, vapi] = await Promise.all([TwilioExchange.open(cast), VapiExchange.open(cast)]);
    });

    afterEach(() => stage.close());

    afterAll(async () => {
      await twilio.close();
      vapi.close();
    });

    it.each([
      ['simulator', 0, 0],
      ['twilio', 1, 0],
      ['vapi', 0, 1],
    ])('sends a call to %s, and nowhere else', async (TELEPHONY_PROVIDER, atTwilio, atVapi) => {
      const before = [twilio.callsTo(dramaNumber(0)), vapi.callsTo(dramaNumber(0))];
      const others = { ...twilioSettings(twilio.fake.url), ...vapiSettings(vapi.fake.url) };
      stage = await setCarrierStage({ ...others, TELEPHONY_PROVIDER });
      const campaign = await startCampaign(stage, { count: 1, first_message: 'Good morning.', retry_failed: false });
      await vapi.playUntil('the call is over', async () => OVER.has((await stage.callsOf(campaign.id))[0]?.job));
      const after = [twilio.callsTo(dramaNumber(0)), vapi.callsTo(dramaNumber(0))];
      expect(after.map((calls, index) => calls - before[index]!)).toEqual([atTwilio, atVapi]);
      const [row] = await stage.database.query('SELECT provider FROM calls');
      expect(row).toEqual({ provider: TELEPHONY_PROVIDER });
    });
  });

  describe('without the settings that it takes', () => {
    let dataDir: string;

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'outdial-provider-'));
    });

    afterAll(() => rm(dataDir, { recursive: true, force: true }));

    it.each([
      ['twilio', 'TWILIO_ACCOUNT_SID is not set: TELEPHONY_PROVIDER=twilio needs it.'],
      ['vapi', 'VAPI_WEBHOOK_SECRET is not set: TELEPHONY_PROVIDER=vapi needs it.'],
      ['sip', 'SIP_TRUNK is not set: TELEPHONY_PROVIDER=sip needs it.'],
      ['pigeon', 'TELEPHONY_PROVIDER must be one of simulator, twilio, vapi, sip, not "pigeon".'],
    ])(
      'as %s, keeps the system from starting, with one sentence',
      async (TELEPHONY_PROVIDER, sentence) => {
        const started = await failToStart({ dataDir, port: await freePort(), environment: { TELEPHONY_PROVIDER } });
        expect(started.code).toBe(1);
        expect(started.output.trimEnd().split('\n').at(-1)).toBe(sentence);
      },
      BUILD_PATIENCE_MS,
    );
  });
});

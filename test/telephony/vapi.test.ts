import { afterEach, describe, expect, it } from 'vitest';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import { toAnalysisPlan } from '#telephony/vapi/analysis.js';
import { VapiProvider } from '#telephony/vapi/vapi-provider.js';
import { VAPI_MODEL, VAPI_VOICE_PROVIDER, type VapiSettings } from '#telephony/vapi/vapi-settings.js';
import { callbackSecret } from '#telephony/vapi/webhook-secret.js';
import { PAUSES_TOLD } from './pauses-told.js';
import { describeProviderContract } from './provider-contract.js';
import { ACCEPT, DAILY_LIMIT } from './vapi/create-replies.js';
import type { FakeVapiOptions } from './vapi/fake-vapi-options.js';
import { ACCOUNT, makeVapiLab, OWNED_NUMBER, type VapiLab } from './vapi/vapi-lab.js';

describeProviderContract('Vapi', () => makeVapiLab());

describe('Vapi', () => {
  let lab: VapiLab;
  const never = new AbortController().signal;

  afterEach(() => lab.close());

  async function start(options?: Partial<FakeVapiOptions>, settings?: Partial<VapiSettings>): Promise<void> {
    lab = await makeVapiLab(options, settings);
  }
  const place = (changes: Partial<PlaceCallRequest> = {}, signal = never) =>
    lab.provider.placeCall({ ...lab.request(0), ...changes }, signal);
  const sentBody = () => lab.fake.of(lab.request(0).dialerJobId)[0]?.terms.body;

  describe('is asked to call', () => {
    it('with an assistant of its own, that ends when it must and tells of it', async () => {
      await start();
      const { to, dialerJobId, callbackUrl, placedAt } = lab.request(0);
      expect(await place({ placedAt })).toMatchObject({ kind: 'accepted' });
      expect(sentBody()).toEqual({
        name: dialerJobId,
        phoneNumberId: ACCOUNT.phoneNumberId,
        customer: { number: to, externalId: dialerJobId },
        assistant: {
          firstMessageMode: 'assistant-speaks-first',
          firstMessage: 'Hello, "Ada" & <all>!',
          model: {
            provider: 'openai',
            model: 'gpt-4o',
            messages: [{ role: 'system', content: 'Ask.' }],
            tools: [{ type: 'endCall' }],
          },
          voice: { provider: '11labs', voiceId: 'sarah' },
          voicemailDetection: { provider: 'vapi' },
          maxDurationSeconds: 600,
          transportConfigurations: [{ provider: 'twilio', timeout: 30 }],
          artifactPlan: { recordingEnabled: true },
          analysisPlan: toAnalysisPlan(placedAt),
          monitorPlan: { controlEnabled: true, listenEnabled: false },
          metadata: { dialerJobId },
          serverMessages: ['status-update', 'end-of-call-report'],
          server: {
            url: callbackUrl,
            headers: { 'X-Vapi-Secret': callbackSecret(ACCOUNT.webhookSecret, dialerJobId) },
            backoffPlan: { type: 'exponential', maxRetries: 8, baseDelaySeconds: 1 },
          },
        },
      });
    });

    it('without the secret of all callbacks, nor that of another call', async () => {
      await start();
      await place();
      await place({ dialerJobId: lab.request(1).dialerJobId });
      const [one, other] = [...lab.fake.calls.values()].map(({ terms }) => terms.body.assistant?.server?.headers);
      expect(one?.['X-Vapi-Secret']).toMatch(/^[0-9a-f]{64}$/);
      expect(one).not.toEqual(other);
      for (const call of lab.fake.calls.values())
        expect(JSON.stringify(call.resource())).not.toContain(ACCOUNT.webhookSecret);
    });

    it('with the model and the voice that are wanted', async () => {
      const model = { provider: 'groq', model: 'llama-3.3-70b-versatile' };
      await start({}, { model, voiceProvider: 'azure' });
      await place({
        agent: { systemPrompt: 'Ask.', voiceId: 'emma', firstMessage: null, firstWords: null, language: null },
      });
      expect(sentBody()?.assistant).toMatchObject({
        firstMessageMode: 'assistant-speaks-first-with-model-generated-message',
        model,
        voice: { provider: 'azure', voiceId: 'emma' },
      });
      expect(sentBody()?.assistant).not.toHaveProperty('firstMessage');
    });

    it('with first words that nobody may interrupt', async () => {
      await start();
      const opening = { firstWords: 'A machine.', firstMessage: 'A machine. Hello' };
      await place({ agent: { ...lab.request(0).agent, ...opening } });
      expect(sentBody()?.assistant).toMatchObject({
        firstMessageMode: 'assistant-speaks-first',
        firstMessage: 'A machine. Hello',
        firstMessageInterruptionsEnabled: false,
      });
    });

    it('in the language of its campaign', async () => {
      await start();
      await place({ agent: { ...lab.request(0).agent, language: 'de-DE' } });
      expect(sentBody()?.assistant).toMatchObject({
        transcriber: { provider: 'deepgram', model: 'nova-3', language: 'de' },
      });
    });

    it('in whatever language Vapi takes it for, where the campaign names none', async () => {
      await start();
      await place();
      expect(sentBody()?.assistant).not.toHaveProperty('transcriber');
    });

    it.each([true, false])('to record it or not: %s', async (recordCall) => {
      await start();
      await place({ recordCall });
      expect(sentBody()?.assistant).toMatchObject({ artifactPlan: { recordingEnabled: recordCall } });
      const { dialerJobId } = lab.request(0);
      for (const step of ['ring', 'answer', 'complete'] as const) await lab.step(dialerJobId, step);
      const events = await Promise.all((await lab.reports(dialerJobId)).map((report) => report.deliver()));
      expect(events.flat().some(({ recordingUrl }) => recordingUrl !== undefined)).toBe(recordCall);
    });

    it('to talk on, where the campaign wants that, when a machine has taken it', async () => {
      await start();
      await place({ voicemailAction: 'continue' });
      expect(sentBody()?.assistant).toMatchObject({ voicemailDetection: 'off' });
    });

    it.each(['', '  ', '\n\t'])(
      'with nothing of its own to say first, where that is blank: %j',
      async (firstMessage) => {
        await start();
        await place({ agent: { ...lab.request(0).agent, firstMessage } });
        expect(sentBody()?.assistant).toMatchObject({
          firstMessageMode: 'assistant-speaks-first-with-model-generated-message',
        });
        expect(sentBody()?.assistant).not.toHaveProperty('firstMessage');
      },
    );

    it('with no template in what it is told', async () => {
      await start();
      const systemPrompt = 'Ask {{ "a" | upcase }}.';
      await place({ agent: { ...lab.request(0).agent, systemPrompt, firstMessage: 'Hi {%raw%}{{x}}' } });
      expect(sentBody()?.assistant).toMatchObject({
        firstMessage: 'Hi { %raw%}{ {x}}',
        model: { messages: [{ content: 'Ask { { "a" | upcase }}.' }] },
      });
    });

    it('within what Vapi takes, telling nobody where nobody listens', async () => {
      await start();
      const agent = { systemPrompt: 'Ask.', voiceId: '', firstMessage: 'Hi', firstWords: null, language: null };
      await place({ callbackUrl: null, agent, maxCallSeconds: 5, ringTimeoutSeconds: 900 });
      const { assistant } = sentBody() ?? {};
      expect(assistant).toMatchObject({
        maxDurationSeconds: 10,
        transportConfigurations: [{ provider: 'twilio', timeout: 600 }],
        serverMessages: [],
      });
      expect(assistant).not.toHaveProperty('server');
      expect(assistant).not.toHaveProperty('voice');
    });

    it('below an address that has a path of its own', async () => {
      await start();
      for (const apiUrl of [`${lab.fake.url}/proxy/vapi`, `${lab.fake.url}/proxy/vapi/`]) {
        const settings = { ...ACCOUNT, apiUrl, model: VAPI_MODEL, voiceProvider: VAPI_VOICE_PROVIDER };
        await new VapiProvider(settings).placeCall(lab.request(0), never);
      }
      expect(lab.fake.requests).toEqual(['POST /proxy/vapi/call', 'POST /proxy/vapi/call']);
    });
  });

  describe('is asked to call from a number', () => {
    const asked = () => lab.fake.requests.filter((one) => one.includes('/phone-number'));

    it('that it has, which it is asked about once', async () => {
      await start();
      for (const n of [0, 1]) {
        const request = { ...lab.request(n), from: OWNED_NUMBER.number };
        expect(await lab.provider.placeCall(request, never)).toMatchObject({ kind: 'accepted' });
      }
      expect(sentBody()?.phoneNumberId).toBe(OWNED_NUMBER.id);
      expect(asked()).toHaveLength(1);
    });

    it('that was added meanwhile', async () => {
      const phoneNumbers = [{ ...OWNED_NUMBER }];
      await start({ phoneNumbers });
      await place({ from: OWNED_NUMBER.number });
      const added = { id: '5f2c8a30-0000-4000-8000-000000000003', number: '+442079460009' };
      phoneNumbers.push(added as typeof OWNED_NUMBER);
      const { dialerJobId } = lab.request(1);
      expect(await place({ dialerJobId, from: added.number })).toMatchObject({ kind: 'accepted' });
      expect(lab.fake.of(dialerJobId)[0]?.terms.body.phoneNumberId).toBe(added.id);
    });

    it.each([
      [{ kind: 'refuse', status: 404, message: 'Not Found' }, 2],
      [{ kind: 'refuse', status: 400, message: "Couldn't Find Phone Number." }, 2],
      [{ kind: 'end', reason: 'call.start.error-get-phone-number' }, 2],
      [{ kind: 'refuse', status: 400, message: 'Over Concurrency Limit.' }, 1],
      [ACCEPT, 1],
    ] as const)(
      'whose id it asks for anew once a call from it was refused for the account: %j, asked %i times',
      async (reply, times) => {
        await start();
        lab.reply(reply);
        await place({ from: OWNED_NUMBER.number });
        await place({ from: OWNED_NUMBER.number });
        expect(asked()).toHaveLength(times);
      },
    );

    it('that it does not have, and calls nobody', async () => {
      await start();
      expect(await place({ from: '+442079460999' })).toEqual({
        kind: 'rejected',
        fault: 'account',
        code: 'unknown_caller_id',
      });
      expect(lab.fake.creates).toEqual([]);
    });

    it('while its numbers cannot be known, and calls nobody', async () => {
      await start({ apiKey: 'changed' });
      expect(await place({ from: OWNED_NUMBER.number })).toMatchObject({ kind: 'rejected', fault: 'account' });
      lab.fake.shut();
      expect(await place({ from: OWNED_NUMBER.number })).toMatchObject({ kind: 'rejected', fault: 'throttle' });
      expect(lab.fake.creates).toEqual([]);
    });

    it('when there is no time left, and calls nobody', async () => {
      await start();
      expect(await place({ from: OWNED_NUMBER.number }, AbortSignal.abort())).toMatchObject({
        kind: 'rejected',
        fault: 'throttle',
      });
      expect(lab.fake.creates).toEqual([]);
    });
  });

  describe('answers', () => {
    const refuse = (status: number, message: string | null, retryAfterSeconds?: number) => ({
      kind: 'refuse' as const,
      status,
      message,
      retryAfterSeconds,
    });

    it.each([
      [DAILY_LIMIT, 'throttle', 3_600],
      [refuse(400, 'Over Concurrency Limit.'), 'throttle', undefined],
      [refuse(400, 'Over Concurrency Limit.', 9), 'throttle', 9],
      [refuse(429, null, 3), 'throttle', 3],
      [refuse(402, null), 'account', undefined],
      [refuse(403, 'Forbidden'), 'account', undefined],
      [refuse(400, 'Wallet Balance Is 0.'), 'account', undefined],
      [refuse(421, null), 'retryable', undefined],
      [refuse(400, null), 'retryable', undefined],
    ])('%j: %s', async (reply, fault, retryAfterSeconds) => {
      await start();
      lab.reply(reply);
      expect(await place()).toMatchObject({ kind: 'rejected', fault });
      expect(await place()).toHaveProperty('retryAfterSeconds', retryAfterSeconds);
      expect(lab.fake.requests).toEqual(['POST /call', 'POST /call']);
    });

    it.each(PAUSES_TOLD)('429 with %j: to be asked again after %j seconds', async (headers, retryAfterSeconds) => {
      await start();
      lab.reply({ ...refuse(429, 'Too Many Requests'), headers });
      expect(await place()).toMatchObject({ fault: 'throttle' });
      expect(await place()).toHaveProperty('retryAfterSeconds', retryAfterSeconds);
    });

    it.each([
      ['call.start.error-subscription-frozen', 'account', undefined],
      ['call.start.error-subscription-concurrency-limit-reached', 'throttle', undefined],
      ['call.start.error-vapi-number-outbound-daily-limit', 'throttle', 3_600],
    ])('with a call that has ended before it rang, for %s: %s', async (reason, fault, retryAfterSeconds) => {
      await start();
      lab.reply({ kind: 'end', reason });
      expect(await place()).toEqual({ kind: 'rejected', fault, code: reason, retryAfterSeconds });
    });

    it.each([
      ['has ended for another reason', { kind: 'end', reason: 'customer-busy' }],
      ['is held up because there are too many, and may ring later', { kind: 'hold_up' }],
    ] as const)('with a call that %s: accepted', async (_what, reply) => {
      await start();
      lab.reply(reply);
      expect(await place()).toMatchObject({ kind: 'accepted' });
    });

    it.each([200, 201, 302, 307, 408, 409, 425, 499, 500, 502, 503, 504])(
      '%i without a call: nobody knows',
      async (status) => {
        await start();
        lab.reply(refuse(status, null));
        expect(await place()).toEqual({ kind: 'unknown', cause: `HTTP ${status}` });
        expect(lab.fake.requests).toEqual(['POST /call']);
      },
    );

    it.each([null, OWNED_NUMBER.number])(
      'nothing, asked with a key that no header can carry, from %s: nothing was sent, nor would be later',
      async (from) => {
        await start({}, { apiKey: '\u201cthe-private-key\u201d' });
        const code = 'unsendable: ERR_INVALID_CHAR';
        expect(await place({ from })).toEqual({ kind: 'rejected', fault: 'account', code });
        expect(lab.fake.requests).toEqual([]);
      },
    );

    it('nothing, where its name is not known: nothing was sent', async () => {
      await start({}, { apiUrl: 'http://nobody.invalid' });
      expect(await place()).toEqual({
        kind: 'rejected',
        fault: 'throttle',
        code: 'provider_unreachable',
        retryAfterSeconds: 5,
      });
    });
  });
});

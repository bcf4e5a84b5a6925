import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import type { TwilioSettings } from '#telephony/twilio/twilio-settings.js';
import { PAUSES_TOLD } from './pauses-told.js';
import { describeProviderContract } from './provider-contract.js';
import type { FakeTwilioOptions } from './twilio/fake-twilio-options.js';
import { ACCOUNT, CALLER_ID, makeTwilioLab, type TwilioLab } from './twilio/twilio-lab.js';

describeProviderContract('Twilio', () => makeTwilioLab());

const SILENT = { systemPrompt: 'x', voiceId: 'x', firstWords: null, language: null };

describe('Twilio', () => {
  let lab: TwilioLab;
  const never = new AbortController().signal;

  afterEach(() => lab.close());

  async function start(options?: Partial<FakeTwilioOptions>, settings?: Partial<TwilioSettings>): Promise<void> {
    lab = await makeTwilioLab(options, settings);
  }
  const place = (changes: Partial<PlaceCallRequest> = {}) =>
    lab.provider.placeCall({ ...lab.request(0), ...changes }, never);
  const sentForm = () => lab.fake.book.of(lab.request(0).dialerJobId)[0]?.terms.form;

  describe('is asked to call', () => {
    it(
      'with callbacks on all that happens, tried again, a machine detection that keeps nobody ' +
        'waiting, and a recording',
      async () => {
        await start();
        const { to, webhookUrl: callbackUrl } = lab.request(0);
        expect(await place()).toMatchObject({ kind: 'accepted' });
        const form = [...(sentForm() ?? [])].filter(([name]) => name !== 'Twiml');
        expect(form).toEqual([
          ['To', to],
          ['From', CALLER_ID],
          ['Timeout', '30'],
          ['TimeLimit', '600'],
          ['StatusCallback', `${callbackUrl}#rc=5&rp=ct,rt,5xx&rt=5000`],
          ['StatusCallbackEvent', 'initiated'],
          ['StatusCallbackEvent', 'ringing'],
          ['StatusCallbackEvent', 'answered'],
          ['StatusCallbackEvent', 'completed'],
          ['MachineDetection', 'Enable'],
          ['AsyncAmd', 'true'],
          ['AsyncAmdStatusCallback', callbackUrl],
          ['Record', 'true'],
          ['RecordingStatusCallback', `${callbackUrl}#rc=5&rp=ct,rt,5xx&rt=5000`],
          ['RecordingStatusCallbackEvent', 'completed'],
        ]);
      },
    );

    it('with the least where nothing else is wanted', async () => {
      await start({}, { machineDetection: false });
      expect(await place({ webhookUrl: null, ringTimeoutSeconds: 900, recordCall: false })).toMatchObject({
        kind: 'accepted',
      });
      expect([...(sentForm()?.keys() ?? [])]).toEqual(['To', 'From', 'Twiml', 'Timeout', 'TimeLimit']);
      expect(sentForm()?.get('Timeout')).toBe('600');
    });

    it('to connect to our relay with our key, or to say the first message', async () => {
      await start();
      await place();
      expect(sentForm()?.get('Twiml')).toContain(
        `<Parameter name="dialer_job_id" value="${lab.request(0).dialerJobId}"/>`,
      );
      await lab.close();
      await start({}, { relayUrl: null });
      await place();
      expect(sentForm()?.get('Twiml')).toContain('<Say>Hello, "Ada" &amp; &lt;all&gt;!</Say>');
    });

    it('with an API key, where there is one', async () => {
      const apiKey = { sid: `SK${'2'.repeat(32)}`, secret: 'of-the-key' };
      await start({ apiKey, authToken: 'not-used-here' }, { apiKey });
      expect(await place()).toMatchObject({ kind: 'accepted' });
      const other = { ...apiKey, secret: 'wrong' };
      await lab.close();
      await start({ apiKey }, { apiKey: other });
      expect(await place()).toEqual(expect.objectContaining({ kind: 'rejected', fault: 'account', code: '20003' }));
    });

    it.each<['account' | 'retryable', string, Partial<PlaceCallRequest>, Partial<TwilioSettings>]>([
      ['account', 'no_caller_id', { from: null }, {}],
      ['account', 'nothing_to_say', { agent: { ...SILENT, firstMessage: null } }, { relayUrl: null }],
      ['retryable', 'nothing_to_say', { agent: { ...SILENT, firstMessage: ' ' } }, { relayUrl: null }],
      [
        'retryable',
        'nothing_to_say',
        { agent: { ...SILENT, firstWords: 'Hi.', firstMessage: 'Hi.' } },
        { relayUrl: null },
      ],
      ['retryable', 'first_message_too_long', { agent: { ...SILENT, firstMessage: 'long '.repeat(800) } }, {}],
    ])('never, where there is a fault of %s: %s', async (fault, code, changes, settings) => {
      await start({}, settings);
      expect(await place(changes)).toEqual({ kind: 'rejected', fault, code });
      expect(lab.fake.requests).toEqual([]);
    });
  });

  describe('answers', () => {
    const refuse = (status: number, code: number | null, retryAfterSeconds?: number) => ({
      kind: 'refuse' as const,
      status,
      code,
      retryAfterSeconds,
    });

    it.each([
      [refuse(400, 21211), 'permanent', '21211', undefined],
      [refuse(400, 21215), 'retryable', '21215', undefined],
      [refuse(400, 13224), 'permanent', '13224', undefined],
      [refuse(400, 21210), 'account', '21210', undefined],
      [refuse(400, 21219), 'account', '21219', undefined],
      [refuse(401, 20003), 'account', '20003', undefined],
      [refuse(403, null), 'account', 'HTTP 403', undefined],
      [refuse(404, 20404), 'account', '20404', undefined],
      [refuse(429, 20429, 3), 'throttle', '20429', 3],
      [refuse(429, null), 'throttle', 'HTTP 429', undefined],
      [refuse(400, 10004), 'throttle', '10004', undefined],
      [refuse(400, 22005), 'throttle', '22005', 600],
      [refuse(400, 22005, 9), 'throttle', '22005', 9],
      [refuse(400, 21999), 'retryable', '21999', undefined],
      [refuse(400, null), 'retryable', 'HTTP 400', undefined],
      [refuse(421, null), 'retryable', 'HTTP 421', undefined],
    ])('%j: %s', async (reply, fault, code, retryAfterSeconds) => {
      await start();
      lab.reply(reply);
      expect(await place()).toEqual({ kind: 'rejected', fault, code, retryAfterSeconds });
      expect(lab.fake.requests).toHaveLength(1);
    });

    it.each(PAUSES_TOLD)('429 with %j: to be asked again after %j seconds', async (headers, retryAfterSeconds) => {
      await start();
      lab.reply({ ...refuse(429, 20429), headers });
      expect(await place()).toEqual({ kind: 'rejected', fault: 'throttle', code: '20429', retryAfterSeconds });
    });

    it.each([200, 302, 307, 408, 409, 425, 499, 500, 502, 503, 504])(
      '%i without a call: nobody knows',
      async (status) => {
        await start();
        lab.reply(refuse(status, null));
        expect(await place()).toEqual({ kind: 'unknown', cause: `HTTP ${status}` });
        expect(lab.fake.requests).toHaveLength(1);
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

  describe('hangs up', () => {
    it.each([true, false])(
      'a call that was answered meanwhile (canceling it is refused: %s)',
      async (refusesLateCancel) => {
        await start({ refusesLateCancel });
        const { dialerJobId } = lab.request(0);
        await place();
        for (const step of ['ring', 'answer'] as const) await lab.step(dialerJobId, step);
        expect(await lab.provider.hangup({ ...lab.request(0), providerCallId: null })).toBe('hung_up');
        expect(lab.fake.book.of(dialerJobId)[0]?.status).toBe('completed');
      },
    );

    it('a call that nobody has answered, as canceled', async () => {
      await start();
      const result = await place();
      await lab.step(lab.request(0).dialerJobId, 'ring');
      const providerCallId = result.kind === 'accepted' ? result.providerCallId : '';
      expect(await lab.provider.hangup({ ...lab.request(0), providerCallId })).toBe('hung_up');
      expect(await lab.provider.lookUp({ ...lab.request(0), providerCallId })).toMatchObject({
        report: { status: 'canceled', endReason: 'canceled' },
      });
    });

    it('nothing whose id is none of its own, and asks nobody', async () => {
      await start();
      const call = { ...lab.request(0), providerCallId: '../Calls' };
      expect(await lab.provider.hangup(call)).toBe('not_found');
      expect(lab.fake.requests).toEqual([]);
    });

    it('unless it may not', async () => {
      await start({ authToken: 'changed' });
      const call = { ...lab.request(0), providerCallId: `CA${'0'.repeat(32)}` };
      expect(await lab.provider.hangup(call)).toBe('unavailable');
    });
  });

  it('is told our secret, and nobody else', async () => {
    await start();
    const asked: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'audio/wav' }).end('sound');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { host } = new URL(lab.fake.url);
    for (const url of [
      `http://127.0.0.1:${port}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Recordings/RE1`,
      `http://${host}@127.0.0.1:${port}/RE1`,
      `//127.0.0.1:${port}/RE1`,
      `https://${host}/RE1`,
    ]) {
      expect(await lab.provider.openRecording(url)).toBe('gone');
    }
    other.close();
    expect(asked).toEqual([]);
    expect(lab.fake.requests).toEqual([]);
  });
});

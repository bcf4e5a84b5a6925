import fc from 'fast-check';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import type { WebhookReading, WebhookRequest } from '#telephony/port/telephony-provider.js';
import { TwilioProvider } from '#telephony/twilio/twilio-provider.js';
import { TWILIO_API_URL } from '#telephony/twilio/twilio-settings.js';
import { signedCallback } from './twilio/signed-webhook.js';
import { ACCOUNT } from './twilio/twilio-lab.js';

const JOB = '00000000-0000-4000-8000-000000000001';
const URL_OF_JOB = `https://dialer.example/telephony/callbacks/${JOB}?by=twilio`;
const TOKEN: string = ACCOUNT.authToken;
const CALL_SID = `CA${'0a'.repeat(16)}`;
const RINGING = {
  CallSid: CALL_SID,
  CallStatus: 'ringing',
  SequenceNumber: '1',
  Timestamp: 'Mon, 02 Nov 2026 10:00:05 +0000',
};

const provider = new TwilioProvider({
  ...ACCOUNT,
  apiKey: { sid: `SK${'2'.repeat(32)}`, secret: 'of-the-key' },
  apiUrl: TWILIO_API_URL,
  relayUrl: null,
  machineDetection: true,
});

function callback(fields: Record<string, string>, { token = TOKEN, url = URL_OF_JOB } = {}): WebhookRequest {
  const { headers, body } = signedCallback({ url, fields }, token);
  return { dialerJobId: JOB, url, headers, body: Buffer.from(body) };
}
const read = (fields: Record<string, string>): WebhookReading => provider.readWebhook(callback(fields));
const event = (fields: Record<string, string>) => {
  const reading = read({ CallSid: CALL_SID, ...fields });
  return reading.kind === 'reports' ? reading.reports[0] : undefined;
};

describe("Twilio's signature", () => {
  it.each([
    ['https://dialer.example/cb/1?by=twilio', 'https://dialer.example:443/cb/1?by=twilio'],
    ['https://dialer.example:443/cb/1', 'https://dialer.example/cb/1'],
    ['https://dialer.example:8443/cb/1', 'https://dialer.example:8443/cb/1'],
    ['https://dialer.example:8443/cb/1', 'https://dialer.example/cb/1'],
    ['https://dialer.example/cb/1', 'https://dialer.example/cb/1'],
  ])('of %s is one of %s', (url, signedUrl) => {
    const signed = callback(RINGING, { url: signedUrl });
    expect(provider.readWebhook({ ...signed, url }).kind).toBe('reports');
  });

  it.each([
    ['#rc=5&rp=ct,rt,5xx&rt=5000', 'reports'],
    ['#rc=5', 'forged'],
    ['#', 'forged'],
  ])('with what follows the address that we gave, or without, and with nothing else: %s', (fragment, kind) => {
    const signature = getExpectedTwilioSignature(ACCOUNT.authToken, URL_OF_JOB + fragment, RINGING);
    const { body } = callback(RINGING);
    const sent = { dialerJobId: JOB, url: URL_OF_JOB, headers: { 'x-twilio-signature': signature }, body };
    expect(provider.readWebhook(sent).kind).toBe(kind);
  });

  it('is over parameters that come several times, too', () => {
    const fields = { ...RINGING, Tag: ['b', 'a', 'b'] };
    const signature = getExpectedTwilioSignature(ACCOUNT.authToken, URL_OF_JOB, fields);
    const body = `${new URLSearchParams(RINGING).toString()}&Tag=b&Tag=a&Tag=b`;
    const signed = { dialerJobId: JOB, url: URL_OF_JOB, headers: { 'x-twilio-signature': signature } };
    expect(provider.readWebhook({ ...signed, body: Buffer.from(body) }).kind).toBe('reports');
  });

  const genuine = callback(RINGING);
  it.each<[string, WebhookRequest]>([
    ['no signature', { ...genuine, headers: {} }],
    ['an empty one', { ...genuine, headers: { 'x-twilio-signature': '' } }],
    ['one of another token', callback(RINGING, { token: 'another' })],
    ['one of our API key', callback(RINGING, { token: 'of-the-key' })],
    ['another body', { ...genuine, body: Buffer.from(genuine.body.toString().replace('ringing', 'completed')) }],
    ['a field more', { ...genuine, body: Buffer.from(`${genuine.body.toString()}&AnsweredBy=human`) }],
    ['no body', { ...genuine, body: Buffer.alloc(0) }],
    ['the address of another job', { ...genuine, url: URL_OF_JOB.replace('001?', '002?') }],
    ['no address', { ...genuine, url: 'not an address' }],
    ['odd bytes', { ...genuine, body: Buffer.from([0xff, 0xfe, 0x00, 0x25]) }],
  ])('is not there for %s', (_what, forged) => {
    expect(provider.readWebhook(forged)).toEqual({ kind: 'forged' });
  });

  it.each([
    ['ten thousand fields', Array.from({ length: 10_000 }, (_, n) => [`Field${n}`, ''])],
    ['one field of a megabyte', [['Field', 'x'.repeat(1_000_000)]]],
  ])('is not looked for in %s, which Twilio never sends', (_what, more) => {
    const fields = { ...RINGING, ...(Object.fromEntries(more) as Record<string, string>) };
    expect(provider.readWebhook(callback(fields))).toEqual({ kind: 'forged' });
  });

  it('is missed in anything, without a failure', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), fc.string(), (bytes, signature, url) => {
        const sent = { dialerJobId: JOB, url, headers: { 'x-twilio-signature': signature }, body: Buffer.from(bytes) };
        expect(provider.readWebhook(sent)).toEqual({ kind: 'forged' });
      }),
    );
  });
});

describe("Twilio's callbacks", () => {
  it('on a status tell it, and when', () => {
    expect(event(RINGING)).toMatchObject({
      reportKey: `${CALL_SID}:status:ringing:1`,
      dialerJobId: JOB,
      providerCallId: CALL_SID,
      occurredAt: new Date('2026-11-02T10:00:05Z'),
      status: 'ringing',
      endReason: undefined,
      durationSeconds: undefined,
    });
  });

  it.each([
    [{ CallStatus: 'completed', CallDuration: '42', SipResponseCode: '200' }, 'completed', 42, 'completed', undefined],
    [{ CallStatus: 'completed', CallDuration: 'x' }, 'completed', undefined, 'completed', undefined],
    [{ CallStatus: 'busy', CallDuration: '0', SipResponseCode: '486' }, 'busy', undefined, 'busy (SIP 486)', undefined],
    [{ CallStatus: 'no-answer', SipResponseCode: '487' }, 'no_answer', undefined, 'no-answer (SIP 487)', undefined],
    [{ CallStatus: 'failed', SipResponseCode: '404' }, 'failed', undefined, 'failed (SIP 404)', 'bad_number'],
    [{ CallStatus: 'failed', SipResponseCode: '604' }, 'failed', undefined, 'failed (SIP 604)', 'bad_number'],
    [{ CallStatus: 'failed', SipResponseCode: '503' }, 'failed', undefined, 'failed (SIP 503)', undefined],
    [{ CallStatus: 'failed' }, 'failed', undefined, 'failed', undefined],
    [{ CallStatus: 'canceled' }, 'canceled', undefined, 'canceled', undefined],
  ])('on the end %j', (fields, status, durationSeconds, endReason, outcome) => {
    expect(event(fields as Record<string, string>)).toMatchObject({ status, durationSeconds, endReason, outcome });
  });

  it('on a status that we do not know change nothing, and are kept', () => {
    expect(read({ ...RINGING, CallStatus: 'on-hold' })).toMatchObject({
      kind: 'reports',
      reports: [{ reportKey: `${CALL_SID}:status:on-hold:1`, status: undefined }],
    });
  });

  it.each([
    ['human', 'human'],
    ['machine_start', 'machine'],
    ['machine_end_beep', 'machine'],
    ['machine_end_silence', 'machine'],
    ['machine_end_other', 'machine'],
    ['fax', 'fax'],
    ['unknown', 'unknown'],
    ['robot', undefined],
  ])('on who answered: %s is %s', (word, answeredBy) => {
    expect(event({ AnsweredBy: word, MachineDetectionDuration: '2843' })).toMatchObject({
      reportKey: `${CALL_SID}:answered-by:${word}`,
      answeredBy,
    });
    expect(event({ AnsweredBy: word })?.status).toBeUndefined();
  });

  it('on a recording tell where it is, once it is whole', () => {
    const sid = `RE${'1'.repeat(32)}`;
    const url = `${TWILIO_API_URL}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Recordings/${sid}`;
    const recording = { RecordingSid: sid, RecordingUrl: url, RecordingDuration: '10' };
    const whole = event({ ...recording, RecordingStatus: 'completed' });
    expect(whole).toMatchObject({ reportKey: `${CALL_SID}:recording:${sid}:completed`, recordingUrl: url });
    for (const status of ['in-progress', 'absent']) {
      const partial = event({ ...recording, RecordingStatus: status });
      expect(partial?.recordingUrl).toBeUndefined();
      expect(partial?.reportKey).not.toBe(whole?.reportKey);
    }
  });

  it.each([
    [{}],
    [{ CallSid: 'CA1' }],
    [{ CallSid: `${CALL_SID}0`, CallStatus: 'ringing' }],
    [{ CallSid: CALL_SID }],
    [{ CallStatus: 'ringing' }],
  ])('that are signed but say nothing are kept for an operator: %j', (fields) => {
    expect(read(fields as Record<string, string>)).toMatchObject({ kind: 'unreadable', cause: expect.any(String) });
  });
});

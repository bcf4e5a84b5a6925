import { describe, expect, it } from 'vitest';
import { FakeTwilio } from './twilio/fake-twilio.js';
import { ACCOUNT, makeTwilioLab } from './twilio/twilio-lab.js';
import { TwilioSpec } from './twilio/twilio-spec.js';

const CREATE = { To: '+442079460101', From: '+442079460000', Twiml: '<?xml version="1.0"?><Response></Response>' };

function isValid(fields: Record<string, string | undefined>, more: [string, string][] = []): boolean {
  const present = Object.entries({ ...CREATE, ...fields }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return new TwilioSpec().checkRequest('create', new URLSearchParams([...present, ...more]));
}

describe("Twilio's own description of its API", () => {
  it('takes what is right', () => {
    expect(isValid({ Timeout: '30', Record: 'true', StatusCallback: 'https://dialer.example/cb' })).toBe(true);
    expect(
      isValid({}, [
        ['StatusCallbackEvent', 'ringing'],
        ['StatusCallbackEvent', 'completed'],
      ]),
    ).toBe(true);
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['no number', { To: undefined }],
    ['no caller id', { From: undefined }],
    ['half a number', { To: '0207 946' }],
    ['a time that is none', { Timeout: 'soon' }],
    ['a yes that is none', { Record: 'yes' }],
    ['a callback to nowhere', { StatusCallback: '/cb' }],
    ['a field of our own', { DialerJobId: '1' }],
    ['a TwiML that is too long', { Twiml: `<?xml version="1.0"?><Response>${'x'.repeat(4000)}</Response>` }],
  ])('does not take %s', (_what, fields) => {
    expect(isValid(fields)).toBe(false);
  });

  it('does not take one thing twice', () => {
    expect(isValid({}, [['To', '+442079460102']])).toBe(false);
  });

  it('holds answers to it, too', () => {
    const spec = new TwilioSpec();
    expect(spec.checkResponse('call', { sid: `CA${'0'.repeat(32)}`, status: 'queued' })).toBe(true);
    expect(spec.checkResponse('call', { sid: 'CA1' })).toBe(false);
    expect(spec.checkResponse('call', { status: 'initiated' })).toBe(false);
    expect(spec.checkResponse('call', { date_created: new Date(0).toISOString() })).toBe(false);
    expect(spec.checkResponse('calls', { calls: [{ sid: 'CA1' }] })).toBe(false);
    spec.violations.length = 0;
    spec.checkResponse('call', { dialer_job_id: '1' });
    expect(spec.violations).toEqual(['call response: has no dialer_job_id']);
  });

  it('fails a run that was against it', async () => {
    const fake = await new FakeTwilio(ACCOUNT).open();
    const { accountSid, authToken } = ACCOUNT;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const calls = `${fake.url}/2010-04-01/Accounts/${accountSid}/Calls.json`;
    const answer = await fetch(calls, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ To: 'x' }),
    });
    expect(answer.status).toBe(400);
    expect(fake.violations).toHaveLength(1);
    fake.close();
    const lab = await makeTwilioLab();
    await lab.provider.placeCall({ ...lab.request(0), to: 'nobody' }, AbortSignal.timeout(5_000));
    await expect(lab.close()).rejects.toThrow(/Against Twilio's API.*\/To must match format/);
  });
});

import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { ConfigurationError, type Environment } from './settings.js';

const TWILIO: Environment = {
  TELEPHONY_PROVIDER: 'twilio',
  PUBLIC_URL: 'https://dialer.example',
  TWILIO_ACCOUNT_SID: 'AC1',
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_FROM: '+442079460000',
};
const NUMBER_ID = '5f2c8a30-0000-4000-8000-000000000001';
const VAPI: Environment = {
  TELEPHONY_PROVIDER: 'vapi',
  PUBLIC_URL: 'https://dialer.example',
  VAPI_API_KEY: 'key',
  VAPI_PHONE_NUMBER_ID: NUMBER_ID,
  VAPI_WEBHOOK_SECRET: 'sixteen-or-more-characters',
};
const SIP: Environment = {
  TELEPHONY_PROVIDER: 'sip',
  SIP_TRUNK: 'sip.example.com',
  SIP_USER: 'dialer',
  SIP_LOCAL_ADDRESS: '192.0.2.1',
  SIP_AUDIO_FILE: '/prompt.wav',
};
const SETTINGS: Readonly<Record<string, Environment>> = { twilio: TWILIO, vapi: VAPI, sip: SIP };

const telephonyOf = (environment: Environment) => readConfig(environment).telephony;

describe('The settings of a provider', () => {
  it('have defaults where they can have one', () => {
    expect(telephonyOf(TWILIO)).toMatchObject({
      provider: 'twilio',
      callerId: '+442079460000',
      model: null,
      twilio: { accountSid: 'AC1', authToken: 'token', apiKey: null, apiUrl: 'https://api.twilio.com' },
    });
    expect(telephonyOf(VAPI)).toMatchObject({
      provider: 'vapi',
      callerId: null,
      vapi: { apiKey: 'key', phoneNumberId: NUMBER_ID, apiUrl: 'https://api.vapi.ai' },
    });
    expect(telephonyOf(SIP)).toMatchObject({
      provider: 'sip',
      callerId: null,
      sip: { trunk: 'sip.example.com', password: null, sipPort: 0, recordings: true, drainSeconds: 20 },
    });
  });

  it('are taken where they are given', () => {
    const key = {
      TWILIO_API_KEY: 'SK1',
      TWILIO_API_SECRET: 'secret',
      TWILIO_API_URL: 'https://api.dublin.ie1.twilio.com',
    };
    const model = { LLM_API_URL: 'https://llm.example/v1', LLM_MODEL: 'm-1', LLM_API_KEY: 'of the model' };
    expect(telephonyOf({ ...TWILIO, ...key, ...model, TWILIO_MACHINE_DETECTION: 'off' })).toMatchObject({
      twilio: {
        machineDetection: false,
        apiKey: { sid: 'SK1', secret: 'secret' },
        apiUrl: 'https://api.dublin.ie1.twilio.com',
      },
      model: { url: 'https://llm.example/v1', model: 'm-1', apiKey: 'of the model' },
    });
    const sip = { SIP_FROM: '+442079460001', SIP_PASSWORD: 'p', SIP_PORT: '5070', SIP_RECORDINGS: 'off' };
    expect(telephonyOf({ ...SIP, ...sip, SIP_DRAIN_SECONDS: '5' })).toMatchObject({
      callerId: '+442079460001',
      sip: { password: 'p', sipPort: 5070, recordings: false, audioFile: '/prompt.wav', drainSeconds: 5 },
    });
  });

  const needed = Object.entries(SETTINGS).flatMap(([provider, settings]) =>
    Object.keys(settings)
      .filter((name) => name !== 'TELEPHONY_PROVIDER')
      .map((name) => [name, provider] as const),
  );
  it.each(needed)('that are missing are named: %s of %s', (name, provider) => {
    for (const value of [undefined, '', ' ']) {
      const read = () => readConfig({ ...SETTINGS[provider], [name]: value });
      expect(read).toThrow(ConfigurationError);
      expect(read).toThrow(new RegExp(`^${name} .*TELEPHONY_PROVIDER=${provider}`));
    }
  });

  it.each<[Environment, RegExp]>([
    [{ ...TWILIO, PUBLIC_URL: 'http://dialer.example' }, /^PUBLIC_URL must be set and begin with https:\/\//],
    [{ ...TWILIO, PUBLIC_URL: 'http://127.0.0.1:3000' }, /^PUBLIC_URL/],
    [{ ...VAPI, PUBLIC_URL: 'http://127.0.0.1', VAPI_API_URL: 'https://api.vapi.ai' }, /^PUBLIC_URL/],
    [{ ...TWILIO, TWILIO_FROM: '020 7946 0000' }, /^TWILIO_FROM must be a phone number in E\.164/],
    [{ ...TWILIO, TWILIO_API_KEY: 'SK1' }, /^TWILIO_API_KEY and TWILIO_API_SECRET must be set together/],
    [{ ...TWILIO, TWILIO_API_SECRET: 'secret' }, /^TWILIO_API_KEY and TWILIO_API_SECRET/],
    [{ ...TWILIO, TWILIO_MACHINE_DETECTION: 'yes' }, /^TWILIO_MACHINE_DETECTION must be one of on, off/],
    [{ ...TWILIO, TWILIO_API_URL: 'api.twilio.com' }, /^TWILIO_API_URL must be a URL/],
    [{ ...TWILIO, LLM_API_URL: 'https://llm.example' }, /^LLM_MODEL must name the model at LLM_API_URL/],
    [{ ...VAPI, VAPI_WEBHOOK_SECRET: 'fifteen-letters' }, /^VAPI_WEBHOOK_SECRET must have at least 16 characters/],
    [{ ...VAPI, VAPI_PHONE_NUMBER_ID: '+442079460000' }, /^VAPI_PHONE_NUMBER_ID must be the id of a number, a UUID/],
    [{ ...SIP, SIP_FROM: 'me' }, /^SIP_FROM must be a phone number/],
    [{ ...SIP, SIP_PORT: '70000' }, /^SIP_PORT must be a whole number/],
    [{ ...SIP, SIP_RECORDINGS: 'yes' }, /^SIP_RECORDINGS must be one of on, off/],
    [{ ...SIP, SIP_DRAIN_SECONDS: '-1' }, /^SIP_DRAIN_SECONDS must be a whole number/],
  ])('that make no sense are refused: %j', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(ConfigurationError);
    expect(() => readConfig(environment)).toThrow(message);
  });

  const twilioKey = { TWILIO_API_KEY: 'SK1', TWILIO_API_SECRET: 'secret' };
  it.each<[string, Environment]>([
    ['TWILIO_ACCOUNT_SID', TWILIO],
    ['TWILIO_AUTH_TOKEN', TWILIO],
    ['TWILIO_API_KEY', { ...TWILIO, ...twilioKey }],
    ['TWILIO_API_SECRET', { ...TWILIO, ...twilioKey }],
    ['VAPI_API_KEY', VAPI],
    ['VAPI_WEBHOOK_SECRET', VAPI],
  ])('that no header can carry are refused, and not repeated: %s', (name, environment) => {
    for (const value of ['\u201chunter2-and-more\u201d', 'hunter2 and more letters', 'hunter2-and\tmore-letters']) {
      const read = () => readConfig({ ...environment, [name]: value });
      expect(read).toThrow(ConfigurationError);
      expect(read).toThrow(new RegExp(`^${name} must be printable ASCII without blanks`));
      expect(read).not.toThrow(/hunter2/);
    }
  });

  it('say how many calls a second they may place, or leave it to the provider', () => {
    const paceOf = (environment: Environment) => readConfig(environment).worker.callsPerSecond;
    expect([paceOf(TWILIO), paceOf({ ...TWILIO, CALLS_PER_SECOND: '30' })]).toEqual([null, 30]);
  });

  it('say which numbers tenants may call from', () => {
    const numbersOf = (environment: Environment) => telephonyOf(environment).callerIds;
    const CALLER_IDS = '+442079460001, +442079460002';
    expect(numbersOf(TWILIO)).toEqual(new Set(['+442079460000']));
    expect(numbersOf({ ...TWILIO, CALLER_IDS })).toEqual(new Set(['+442079460000', '+442079460001', '+442079460002']));
    expect(numbersOf({ ...SIP, CALLER_IDS })).toEqual(new Set(['+442079460001', '+442079460002']));
    expect([numbersOf(VAPI), numbersOf(SIP)]).toEqual([new Set(), new Set()]);
    expect([numbersOf({ ...VAPI, CALLER_IDS: 'any' }), numbersOf({})]).toEqual([null, null]);
    expect(() => numbersOf({ ...VAPI, CALLER_IDS: '+442079460001,' })).toThrow(/^CALLER_IDS must be a phone number/);
  });

  it('of a provider on this machine may do with a PUBLIC_URL in the clear', () => {
    const local = { PUBLIC_URL: 'http://127.0.0.1:3000', TWILIO_API_URL: 'http://localhost:4010' };
    expect(telephonyOf({ ...TWILIO, ...local })).toMatchObject({ provider: 'twilio' });
  });

  it('of those that were not chosen are not looked at', () => {
    const others = { TWILIO_FROM: 'nobody', VAPI_WEBHOOK_SECRET: 'short', SIP_PORT: 'any', LLM_API_URL: 'odd' };
    expect(telephonyOf(others)).toMatchObject({ provider: 'simulator', callerId: null });
  });

  it('never repeat a secret', () => {
    const secrets = { TWILIO_AUTH_TOKEN: 'hunter2', TWILIO_API_SECRET: 'hunter2', LLM_API_KEY: 'hunter2' };
    expect(() => readConfig({ ...TWILIO, ...secrets })).not.toThrow(/hunter2/);
    expect(() => readConfig({ ...VAPI, VAPI_WEBHOOK_SECRET: 'hunter2' })).not.toThrow(/hunter2/);
  });
});

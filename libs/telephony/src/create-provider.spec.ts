import { describe, expect, it } from 'vitest';
import { readConfig } from '#config/config.js';
import type { AccountCredentials } from './port/account-credentials.js';
import { createAccountProvider, createTelephonyProvider } from './create-provider.js';
import { callbackSecret } from './vapi/webhook-secret.js';

it('takes the simulator unless told otherwise', () => {
  expect(createTelephonyProvider(readConfig({})).name).toBe('simulator');
});

describe("A tenant's own account", () => {
  const config = readConfig({ CREDENTIALS_KEYS: '0d'.repeat(32), PUBLIC_URL: 'https://dialer.example' });
  const twilio = {
    provider: 'twilio',
    account_sid: `AC${'0'.repeat(32)}`,
    auth_token: 'of-the-account',
    api_key: null,
  } as const;
  const vapi = { provider: 'vapi', api_key: 'of-the-organisation', webhook_secret: 'a secret of the account' } as const;
  const request = {
    dialerJobId: '00000000-0000-4000-8000-000000000001',
    to: '+442079460001',
    from: null,
    callbackUrl: 'https://dialer.example/callbacks',
    agent: { systemPrompt: 'Ask.', voiceId: 'aria', firstMessage: 'Hello.', firstWords: null, language: null },
    person: { firstName: null, lastName: null },
    ringTimeoutSeconds: 30,
    maxCallSeconds: 60,
    recordCall: true,
    voicemailAction: 'hangup',
    attempt: 1,
    placedAt: new Date(0),
  } as const;

  it.each<[AccountCredentials]>([[twilio], [vapi]])('is called over its provider: %j', (credentials) => {
    expect(createAccountProvider(credentials, config).name).toBe(credentials.provider);
  });

  it.each<[AccountCredentials]>([[twilio], [vapi]])(
    'calls from no number that it is not told: %j',
    async (credentials) => {
      const placed = createAccountProvider(credentials, config).placeCall(request, new AbortController().signal);
      expect(await placed).toEqual({ kind: 'rejected', fault: 'account', code: 'no_caller_id' });
    },
  );

  it('is silent without a first message only where nothing else is said', () => {
    const said = [null, '', ' \u0001\n', 'Hello.'];
    const silentWith = (credentials: AccountCredentials, over: typeof config) => {
      const provider = createAccountProvider(credentials, over);
      return said.filter((firstMessage) => provider.saysNothing?.(firstMessage));
    };
    const model = { url: 'https://model.example/v1', apiKey: null, model: 'm-1' };
    expect(silentWith(twilio, config)).toEqual(said.slice(0, 3));
    expect(silentWith(twilio, { ...config, telephony: { ...config.telephony, model } })).toEqual([]);
    expect(silentWith(vapi, config)).toEqual([]);
  });

  it('of Vapi takes callbacks that say what its own secret makes of the call', () => {
    const provider = createAccountProvider(vapi, config);
    const told = (secret: string) =>
      provider.readCallback!({
        dialerJobId: request.dialerJobId,
        url: request.callbackUrl,
        headers: { 'x-vapi-secret': secret },
        body: Buffer.from('{"message":{"type":"hang"}}'),
      }).kind;
    const secrets = [vapi.webhook_secret, 'another'].map((secret) => callbackSecret(secret, request.dialerJobId));
    expect(secrets.map(told)).toEqual(['events', 'forged']);
  });
});

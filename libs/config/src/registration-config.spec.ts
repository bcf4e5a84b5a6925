import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { defaultRegistration, REGISTRATIONS, type Exposure } from './registration-config.js';

const TWILIO = {
  TELEPHONY_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a-token',
  TWILIO_FROM: '+442079460000',
  TWILIO_API_URL: 'http://127.0.0.1:4010',
  PUBLIC_URL: 'http://127.0.0.1:3000',
};

describe('Registration by default', () => {
  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'open'],
    ['empty values', { HOST: '', PUBLIC_URL: '', TRUSTED_PROXIES: '', REGISTRATION: '' }, 'open'],
    ['localhost', { HOST: 'localhost' }, 'open'],
    ['another address of the loopback network', { HOST: '127.9.9.9' }, 'open'],
    ["IPv6's loopback address", { HOST: '::1' }, 'open'],
    ['a mapped loopback address', { HOST: '::ffff:127.0.0.1' }, 'open'],
    ['a public URL on this machine', { PUBLIC_URL: 'http://localhost:3000' }, 'open'],
    ['a public URL at [::1]', { PUBLIC_URL: 'http://[::1]:3000/' }, 'open'],
    ['the simulator by name', { TELEPHONY_PROVIDER: 'simulator' }, 'open'],
    ['a carrier on this machine', { SIMULATOR_URL: 'http://127.0.0.1:4010' }, 'open'],
    ['every address', { HOST: '0.0.0.0' }, 'closed'],
    ['every address of IPv6', { HOST: '::' }, 'closed'],
    ['an address of the network', { HOST: '192.168.1.7' }, 'closed'],
    ['a name that begins as loopback does', { HOST: '127.example.com' }, 'closed'],
    ['a public URL', { PUBLIC_URL: 'https://dialer.example.com' }, 'closed'],
    ['a public URL that only looks local', { PUBLIC_URL: 'https://localhost.example.com' }, 'closed'],
    ['a proxy, even on this machine', { TRUSTED_PROXIES: '127.0.0.1' }, 'closed'],
    ['a carrier on another machine', { SIMULATOR_URL: 'http://carrier.example:4010' }, 'closed'],
    ['a real provider, on loopback throughout', TWILIO, 'closed'],
  ])('with %s is decided by who reaches the API and what calls cost', (_what, environment, expected) => {
    expect(readConfig(environment).registration).toBe(expected);
  });

  it.each(REGISTRATIONS)('gives way to an explicit %s', (REGISTRATION) => {
    expect(readConfig({ REGISTRATION }).registration).toBe(REGISTRATION);
    expect(readConfig({ ...TWILIO, HOST: '0.0.0.0', REGISTRATION }).registration).toBe(REGISTRATION);
  });

  it('refuses another word and names those that it knows', () => {
    expect(() => readConfig({ REGISTRATION: 'yes' })).toThrow(
      'REGISTRATION must be one of open, first, closed, not "yes".',
    );
  });

  it('is never open once one thing alone leaves this machine', () => {
    const inside: Exposure = {
      host: '127.0.0.1',
      publicUrl: null,
      trustedProxies: [],
      provider: 'simulator',
      simulatorUrl: null,
    };
    const outside: Partial<Exposure>[] = [
      { host: '0.0.0.0' },
      { publicUrl: 'https://dialer.example.com' },
      { trustedProxies: ['10.0.0.0/8'] },
      { provider: 'twilio' },
      { provider: 'vapi' },
      { provider: 'sip' },
      { simulatorUrl: 'http://10.0.0.7:4010' },
    ];
    expect(defaultRegistration(inside)).toBe('open');
    fc.assert(
      fc.property(fc.subarray(outside, { minLength: 1 }), (changes) => {
        expect(defaultRegistration(Object.assign({}, inside, ...changes) as Exposure)).toBe('closed');
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { readSmoke, type SmokeProvider } from '#config/smoke-config.js';
import type { Environment } from '#config/settings.js';
import { discreetly } from './discreet-print.js';

const PUBLIC_URL = 'https://dialer.example';
const TWILIO: Environment = {
  PUBLIC_URL,
  TWILIO_ACCOUNT_SID: 'AC1',
  TWILIO_AUTH_TOKEN: 'abcdefghij',
  TWILIO_FROM: '+442079460000',
  TWILIO_API_KEY: 'SK1',
  TWILIO_API_SECRET: 'klmnopqrst',
};
const VAPI: Environment = {
  PUBLIC_URL,
  VAPI_API_KEY: 'abcdefghij',
  VAPI_PHONE_NUMBER_ID: '5f2c8a30-0000-4000-8000-000000000001',
  VAPI_WEBHOOK_SECRET: 'klmnopqrstuvwxyz',
};

describe('What a provider says', () => {
  function printed(provider: SmokeProvider, environment: Environment, line: string): string {
    const settings = readSmoke(environment, provider);
    if (settings.kind !== 'complete') throw new Error(settings.problems.join(' '));
    const lines: string[] = [];
    discreetly((one) => lines.push(one), settings)(line);
    return lines.join('\n');
  }

  it.each([
    ['twilio', TWILIO, 'abcdefghij and klmnopqrst'],
    ['vapi', VAPI, 'abcdefghij and klmnopqrstuvwxyz'],
  ] as const)('over %s is shown without our secrets', (provider, environment, line) => {
    expect(printed(provider, environment, `no ${line}, no`)).toBe('no *** and ***, no');
  });

  it('is shown without the number', () => {
    expect(printed('vapi', VAPI, 'cannot call +442079460123')).toBe('cannot call +***23');
  });

  it('is not torn by a secret that is too short to be one', () => {
    expect(printed('vapi', { ...VAPI, VAPI_API_KEY: 'k' }, 'look-up by our key')).toBe('look-up by our key');
  });
});

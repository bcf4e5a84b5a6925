import { describe, expect, it } from 'vitest';
import { readConfig } from '#config/config.js';
import { banner } from './banner.js';
import type { RunningSystem } from './local-system.js';

function bannerWith(environment: Record<string, string>): string {
  const system: Partial<RunningSystem> = {
    apiUrl: 'http://127.0.0.1:3000/api/v1',
    origin: 'http://127.0.0.1:3000',
    config: readConfig(environment),
    logFile: '/data/logs/outdial.log',
  };
  return banner(system as RunningSystem);
}

describe('The banner', () => {
  it('says how the first account is made, whoever may register', () => {
    expect(bannerWith({})).toContain('POST /auth/register is open');
    expect(bannerWith({ HOST: '0.0.0.0' })).toContain('registration is closed: npm run ops -- tenant create --email');
    expect(bannerWith({ REGISTRATION: 'first' })).toContain('npm run ops -- setup-token');
  });
});

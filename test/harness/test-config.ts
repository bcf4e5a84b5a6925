import { readConfig, type Config } from '#config/config.js';
import type { Environment } from '#config/settings.js';

/** The configuration of an app under test: a free port, an instant carrier, silence in the log. */
export function testConfig(databaseUrl: string, environment: Environment = {}): Config {
  return readConfig({
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: 'a secret for tests that is long enough to be one',
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_CALLER: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    ALLOWED_COUNTRIES: '*',
    REGISTRATION: 'open',
    SIMULATOR_RING_SECONDS: '0',
    SIMULATOR_TALK_SECONDS: '0',
    ...environment,
  });
}

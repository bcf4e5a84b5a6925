import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { appUrl } from '../../apps/local/src/postgres/app-login.js';
import { readConfig, type Config } from '#config/config.js';
import type { Environment } from '#config/settings.js';

/** The configuration of an app under test: a free port, an instant carrier, silence in the log. */
export function testConfig(databaseUrl: string, environment: Environment = {}): Config {
  return readConfig({
    DATABASE_URL: byAppLogin(databaseUrl),
    AUTH_SECRET: 'a secret for tests that is long enough to be one',
    PORT: '0',
    // No such directory: nothing is kept of a test.
    OUTDIAL_DATA_DIR: join(tmpdir(), 'outdial-no-data-directory'),
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_CALLER: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_ALL_PER_ADDRESS: '0',
    ALLOWED_COUNTRIES: '*',
    REGISTRATION: 'open',
    SIMULATOR_RING_SECONDS: '0',
    SIMULATOR_TALK_SECONDS: '0',
    ...environment,
  });
}

/** Processes under test log in as in production; another server's database is taken as it is. */
export function byAppLogin(databaseUrl: string): string {
  const isOurs = new URL(databaseUrl).password === new URL(inject('serverUrl')).password;
  return isOurs ? appUrl(databaseUrl, inject('appPassword')) : databaseUrl;
}

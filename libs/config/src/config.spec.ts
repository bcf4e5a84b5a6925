import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { ConfigurationError } from './settings.js';

describe('readConfig', () => {
  it('has a default for everything that can have one', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      databaseUrl: null,
      migrationDatabaseUrl: null,
      redisUrl: null,
      authSecret: null,
      logLevel: 'info',
      worker: { concurrency: 50, callsPerSecond: null },
      telephony: { provider: 'simulator', simulator: { ringSeconds: 2, talkSeconds: 8, seed: 'outdial' } },
    });
  });

  it('takes an empty value for an absent one', () => {
    expect(readConfig({ PORT: '', REDIS_URL: ' ' })).toMatchObject({ port: 3000, redisUrl: null });
  });

  it('reads a secret from a file, and leaves the newline at its end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'outdial-test-'));
    const file = join(directory, 'auth secret');
    await writeFile(file, 'Zm9yIHRlc3RzLCBub3QgZm9yIHByb2R1Y3Rpb24K\n');
    const env = { AUTH_SECRET: '', AUTH_SECRET_FILE: file, NODE_ENV: 'production' };
    expect(readConfig(env).authSecret).toBe('Zm9yIHRlc3RzLCBub3QgZm9yIHByb2R1Y3Rpb24K');
    await rm(directory, { recursive: true });
  });

  it('reads the faults of the simulator', () => {
    const { faults } = readConfig({ SIMULATOR_FAULTS: 'lost=0.01, dup=1' }).telephony.simulator;
    expect(faults).toEqual({ lost: 0.01, hang: 0, '503': 0, '429': 0, dup: 1, reorder: 0, noend: 0, early: 0 });
  });

  it.each([
    [{ PORT: 'http' }, /^PORT must be a whole number from 0 to 65535, not "http"\.$/],
    [{ PORT: '70000' }, /^PORT/],
    [{ PORT: '1.5' }, /^PORT/],
    [{ DATABASE_URL: 'mysql://x' }, /^DATABASE_URL must be a URL that begins with postgres:\/\//],
    [{ REDIS_URL: 'localhost:6379' }, /^REDIS_URL/],
    [{ PUBLIC_URL: 'example.com' }, /^PUBLIC_URL/],
    [{ AUTH_SECRET: 'short' }, /^AUTH_SECRET must be at least 32 bytes long; make one with/],
    [{ AUTH_SECRET: 'x'.repeat(40), NODE_ENV: 'production' }, /^AUTH_SECRET can be guessed/],
    [{ AUTH_SECRET: 'x'.repeat(40), NODE_ENV: ' Production ' }, /^AUTH_SECRET can be guessed/],
    [{ NODE_ENV: 'prod' }, /^NODE_ENV must be one of production, development, test, not "prod"\.$/],
    [
      { OUTDIAL_FAILPOINTS: 'place.committed:kill', NODE_ENV: 'PRODUCTION' },
      /^OUTDIAL_FAILPOINTS .*not for production/,
    ],
    [{ OUTDIAL_RESTORE_SIGNS_OFF: 'oid', NODE_ENV: 'Production' }, /^OUTDIAL_RESTORE_SIGNS_OFF .*not for production/],
    [{ AUTH_SECRET: 'change-me-to-0123456789-abcdefghijkl', NODE_ENV: 'production' }, /^AUTH_SECRET can be guessed/],
    [{ AUTH_SECRET: 'x', AUTH_SECRET_FILE: '/nowhere' }, /^AUTH_SECRET and AUTH_SECRET_FILE are both set/],
    [{ DATABASE_URL_FILE: '/nowhere' }, /^DATABASE_URL_FILE names a file that cannot be read \(ENOENT\): \/nowhere$/],
    [{ AUTH_SECRET_FILE: '/dev/null' }, /^AUTH_SECRET_FILE names a file that is empty/],
    [{ CORS_ORIGINS: '*' }, /^CORS_ORIGINS must be origins as https/],
    [{ CORS_ORIGINS: 'https://a.example, https://b.example/' }, /"https:\/\/b\.example\/"\.$/],
    [{ TRUSTED_PROXIES: 'proxy.internal' }, /^TRUSTED_PROXIES must be addresses or networks.*"proxy\.internal"/],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, /"10\.0\.0\.0\/33"\.$/],
    [{ PERSON_HASH_KEY: 'short' }, /^PERSON_HASH_KEY must be at least 32 bytes long/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of error, warn, info, debug, not "loud"\.$/],
    [{ TELEPHONY_PROVIDER: 'pigeon' }, /^TELEPHONY_PROVIDER must be one of simulator, twilio, vapi, sip/],
    [{ CREDENTIALS_KEYS: 'short' }, /^CREDENTIALS_KEYS must be keys of 32 bytes in base64 or hexadecimal/],
    [{ CREDENTIALS_KEYS: `${'0f'.repeat(32)},` }, /^CREDENTIALS_KEYS must be keys/],
    [{ CREDENTIALS_KEYS: `${'0f'.repeat(32)},${'0F'.repeat(32)}` }, /^CREDENTIALS_KEYS names one key twice/],
    [{ CALLS_PER_SECOND: '0' }, /^CALLS_PER_SECOND/],
    [{ WORKER_CONCURRENCY: 'many' }, /^WORKER_CONCURRENCY/],
    [{ SIMULATOR_RING_SECONDS: '-1' }, /^SIMULATOR_RING_SECONDS/],
    [{ SIMULATOR_FAULTS: 'lost=2' }, /^SIMULATOR_FAULTS/],
    [{ SIMULATOR_FAULTS: 'fire=0.1' }, /^SIMULATOR_FAULTS/],
    [{ SIMULATOR_FAULTS: 'lost' }, /^SIMULATOR_FAULTS/],
  ])('refuses %j with one sentence', (env, message) => {
    expect(() => readConfig(env)).toThrow(ConfigurationError);
    expect(() => readConfig(env)).toThrow(message);
  });

  it('reads keys in hexadecimal and in base64, the first one first', () => {
    const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 0xfe)];
    const CREDENTIALS_KEYS = `${keys[0]!.toString('hex')}, ${keys[1]!.toString('base64')}`;
    expect(readConfig({ CREDENTIALS_KEYS }).telephony.accounts.credentialsKeys).toEqual(keys);
    expect(() => readConfig({ CREDENTIALS_KEYS: 'hunter2' })).not.toThrow(/hunter2/);
  });

  it.each([
    [{}, /^CREDENTIALS_KEYS must be set/],
    [{ CREDENTIALS_KEYS: '0f'.repeat(32) }, /^PUBLIC_URL must be set and begin with https/],
    [{ CREDENTIALS_KEYS: '0f'.repeat(32), PUBLIC_URL: 'http://127.0.0.1:3000' }, /^PUBLIC_URL/],
    [{ CREDENTIALS_KEYS: '0f'.repeat(32), PUBLIC_URL: 'https://dialer.example' }, null],
    [
      {
        CREDENTIALS_KEYS: '0f'.repeat(32),
        PUBLIC_URL: 'http://127.0.0.1:3000',
        TWILIO_API_URL: 'http://127.0.0.1:4010',
      },
      null,
    ],
  ])('says with %j what keeps tenants from having accounts of their own', (env, obstacle) => {
    const told = readConfig(env).telephony.accounts.twilio.obstacle;
    if (obstacle === null) expect(told).toBeNull();
    else expect(told).toMatch(obstacle);
  });

  it('does not repeat a URL that is wrong, since it may hold a password', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://user:hunter2@host/db' })).not.toThrow(/hunter2/);
  });

  it('wants a plain login in production, where others reach the API, and where phones ring', () => {
    const sip = {
      TELEPHONY_PROVIDER: 'sip',
      SIP_TRUNK: 'sip.example.com',
      SIP_USER: 'me',
      SIP_LOCAL_ADDRESS: '127.0.0.1',
    };
    expect(readConfig({}).needsPlainLogin).toBe(false);
    for (const environment of [
      { NODE_ENV: 'production' },
      { NODE_ENV: 'Production' },
      { NODE_ENV: ' PRODUCTION ' },
      { HOST: '0.0.0.0' },
      { HOST: '::' },
      { HOST: '192.0.2.1' },
      { ...sip, SIP_AUDIO_FILE: 'test/prompt.wav' },
    ]) {
      expect([environment, readConfig(environment).needsPlainLogin]).toEqual([environment, true]);
    }
  });

  it('takes the password of a database by itself, whatever characters it has', () => {
    const DATABASE_URL = 'postgres://outdial_app@db:5432/outdial';
    const { databaseUrl } = readConfig({ DATABASE_URL, DATABASE_PASSWORD: 'a/b@c:d#e f%' });
    expect(decodeURIComponent(new URL(databaseUrl!).password)).toBe('a/b@c:d#e f%');
    const twice = { DATABASE_URL: 'postgres://me:s3cret@db/outdial', DATABASE_PASSWORD: 'other' };
    expect(() => readConfig(twice)).toThrow('DATABASE_URL has a password and DATABASE_PASSWORD is set');
    expect(() => readConfig({ DATABASE_PASSWORD: 'x' })).toThrow('DATABASE_PASSWORD needs DATABASE_URL');
    const nobodys = { DATABASE_URL: 'postgres://db/outdial', DATABASE_PASSWORD: 'x' };
    expect(() => readConfig(nobodys)).toThrow('DATABASE_PASSWORD needs a user in DATABASE_URL');
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Environment } from '#config/settings.js';
import { createCampaign, register, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const PAGE = 'https://app.example.com';

describe('Answers', () => {
  let database: TestDatabase;
  let api: RunningApi;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await api.close();
    await database.drop();
  });

  const start = async (environment: Environment = {}) => {
    api = await startApi(testConfig(database.url, environment));
  };

  it('are kept by nobody where they are not for all, say nothing of the server, and are in no frame', async () => {
    await start();
    for (const path of ['/auth/me', '/campaigns', '/nothing', '//livez', '//openapi.json']) {
      const { headers } = await api.client.get(path);
      const isForAll = path === '//openapi.json';
      expect(headers.get('cache-control')).toMatch(isForAll ? /^public, max-age=60,/ : /^no-store$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      for (const name of ['x-powered-by', 'server', 'strict-transport-security', 'access-control-allow-origin']) {
        expect([name, headers.get(name)]).toEqual([name, null]);
      }
    }
  });

  it('promise TLS where it is there', async () => {
    await start({ PUBLIC_URL: 'https://api.example.com' });
    const { headers } = await api.client.get('/campaigns');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/);
  });

  it('may be read by the pages of named origins, and by no others', async () => {
    await start({ CORS_ORIGINS: `${PAGE}, https://other.example.com` });
    const allowedTo = async (origin: string) => {
      const answer = await api.client.get('/campaigns', { headers: { origin } });
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await allowedTo(PAGE)).toBe(PAGE);
    for (const origin of [
      'https://app.example.com.evil.example',
      'http://app.example.com',
      'null',
      'https://evil.example',
    ]) {
      expect(await allowedTo(origin)).toBeNull();
    }
    const asked = await api.client.request('OPTIONS', '/campaigns', {
      headers: {
        origin: PAGE,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('are given to the address that a trusted proxy names, and to no other', async () => {
    const addressSeen = async (email: string, environment: Environment = {}) => {
      await start(environment);
      const headers = { 'x-forwarded-for': '203.0.113.7, 198.51.100.9' };
      const credentials = { email, password: 'correct horse battery', business_name: 'x' };
      await api.client.request('POST', '/auth/register', { body: credentials, headers });
      const [session] = await database.query<{ ip: string }>(
        'SELECT ip FROM auth_sessions ORDER BY created_at DESC LIMIT 1',
      );
      return session?.ip;
    };
    expect(await addressSeen('a@example.com')).toBe('127.0.0.1');
    await api.close();
    expect(await addressSeen('b@example.com', { TRUSTED_PROXIES: '127.0.0.0/8' })).toBe('198.51.100.9');
  });

  it('and the log of them hold no number and no secret, whatever happens', async () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    await start({ LOG_LEVEL: 'debug' });
    const { access_token, refresh_token } = await register(api.client);
    const admin = api.client.as(access_token);
    const campaign = await createCampaign(admin);
    const { secret } = (await admin.post<{ secret: string }>('/api-keys', { name: 'Canary', scopes: ['dnc:write'] }))
      .body;
    const number = '+442079460555';
    const password = 'canary-in-a-coal-mine';
    const answers = [
      await admin.post(`/campaigns/${campaign.id}/contacts`, { phone_number: number }),
      await admin.post(`/campaigns/${campaign.id}/contacts`, { phone_number: number }),
      await admin.get(`/dnc/${encodeURIComponent(number)}`),
      await api.client.as(secret).post('/dnc', { phone_number: number, reason: 5 }),
      await api.client.as(`${secret}x`).post('/dnc', { phone_number: number }),
      await api.client.as(`${access_token}x`).get('/auth/me'),
      await api.client.post('/auth/login', { email: 'canary@example.com', password }),
      await api.client.post('/auth/refresh', { refresh_token: `${refresh_token}x` }),
      await admin.post('/auth/password', { current_password: password, new_password: password }),
    ];
    await database.query('ALTER TABLE dnc_entries RENAME COLUMN reason TO cause');
    answers.push(await api.client.as(secret).post('/dnc', { phone_number: number, reason: 'asked' }));
    const { request_id: requestId, ...said } = answers.at(-1)!.body as Record<string, unknown>;
    expect(requestId).toMatch(/^[\da-f-]{36}$/);
    expect(said).toEqual({
      type: 'urn:outdial:problem:internal_error',
      title: 'Internal error',
      status: 500,
      code: 'internal_error',
      detail: 'Something went wrong on our side; the request id is in our log',
    });
    const log = written.join('');
    expect(log).toContain('"status":500');
    expect(log).toContain('dnc_entries');
    for (const canary of [number, number.slice(1), password, access_token, refresh_token, secret]) {
      expect(log).not.toContain(canary);
      const inProblems = answers.filter(({ status }) => status >= 400).map(({ body }) => JSON.stringify(body));
      expect(inProblems.join('')).not.toContain(canary);
    }
  });
});

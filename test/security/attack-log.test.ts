import { Logger } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { register, startApi, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('An attack leaves one line in the log for', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let lines: Record<string, unknown>[];

  beforeEach(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url));
    lines = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => {
      const line = message as Record<string, unknown>;
      if (line['attack'] !== undefined) lines.push(line);
    });
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await api.close();
    await database.drop();
  });

  const signs = () => lines.map(({ attack }) => attack);

  it('each failed login and each locked one, with the address and a hash of the account', async () => {
    const { user } = await register(api.client);
    const guess = (email: string) => api.client.post('/auth/login', { email, password: 'not the password' });
    for (let n = 0; n < 11; n++) await guess(user.email);
    await guess('nobody@example.com');
    expect(signs()).toEqual([...Array.from({ length: 10 }, () => 'login_failed'), 'login_locked', 'login_failed']);
    for (const line of lines) {
      expect(line).toMatchObject({ address: '127.0.0.1', request_id: expect.any(String) });
      expect(line['account']).toMatch(/^[\w-]{43}$/);
      expect(JSON.stringify(line)).not.toContain('@');
    }
    expect(new Set(lines.slice(0, 11).map(({ account }) => account)).size).toBe(1);
    expect(lines[11]!['account']).not.toBe(lines[0]!['account']);
  });

  it('each wrong guess of a signed-in user, and each locked one', async () => {
    const { access_token, user } = await register(api.client);
    const body = { current_password: 'not the password', new_password: 'another horse entirely' };
    for (let n = 0; n < 11; n++) await api.client.as(access_token).post('/auth/password', body);
    expect(signs()).toEqual([...Array.from({ length: 10 }, () => 'password_guess_failed'), 'password_guess_locked']);
    expect(lines[0]).toMatchObject({ account: user.id, address: '127.0.0.1' });
  });

  it('a token with a forged signature, and none for one that is old or no token', async () => {
    const { access_token } = await register(api.client);
    const [head, payload] = access_token.split('.') as [string, string];
    const forged = createHmac('sha256', 'another secret').update(`${head}.${payload}`).digest('base64url');
    expect((await api.client.as(`${head}.${payload}.${forged}`).get('/auth/me')).status).toBe(401);
    await api.client.as('abc').get('/auth/me');
    await api.client.get('/auth/me');
    expect(lines).toMatchObject([{ attack: 'forged_token', address: '127.0.0.1' }]);
  });

  it('a refresh token that is used again', async () => {
    const { refresh_token, user } = await register(api.client);
    await api.client.post('/auth/refresh', { refresh_token });
    expect(signs()).toEqual([]);
    await api.client.post('/auth/refresh', { refresh_token });
    expect(lines).toMatchObject([{ attack: 'refresh_token_reused', account: user.id, address: '127.0.0.1' }]);
  });
});

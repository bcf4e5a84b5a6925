import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, register, startApi, type RunningApi } from './harness/running-api.js';
import { testConfig } from './harness/test-config.js';
import { createTestDatabase, type TestDatabase } from './harness/test-database.js';

describe('Limits', () => {
  let database: TestDatabase;
  let api: RunningApi;

  beforeEach(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, { RATE_LIMIT_PER_CALLER: '5', RATE_LIMIT_PER_ADDRESS: '40' }));
  });

  afterEach(async () => {
    await api.close();
    await database.drop();
  });

  const statusesOf = async (times: number, ask: () => Promise<{ status: number }>) => {
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) statuses.push((await ask()).status);
    return statuses;
  };

  it('each caller has a limit of their own, and every answer says what is left of it', async () => {
    const [first, second] = [await register(api.client), await register(api.client)];
    const client = api.client.as(first.access_token);
    const { headers } = await client.get('/campaigns');
    expect(headers.get('ratelimit-policy')).toBe('"default";q=5;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"default";r=4;t=\d+$/);
    expect(await statusesOf(5, () => client.get('/campaigns'))).toEqual([200, 200, 200, 200, 429]);
    const refused = await client.get('/campaigns');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await api.client.as(second.access_token).get('/campaigns')).status).toBe(200);
  });

  it('what is used up is counted in the database, for every process', async () => {
    const { access_token, user } = await register(api.client);
    await api.client.as(access_token).get('/campaigns');
    await database.query(`UPDATE rate_limits SET points = 5 WHERE key = $1`, [`caller:${user.id}`]);
    expect((await api.client.as(access_token).get('/campaigns')).status).toBe(429);
  });

  it('open routes are limited by address; health is not', async () => {
    const ask = () => api.client.post('/auth/refresh', { refresh_token: 'rt_x' });
    const statuses = await statusesOf(41, ask);
    expect([statuses.at(0), statuses.at(39), statuses.at(40)]).toEqual([401, 401, 429]);
    expect((await statusesOf(45, () => api.client.get('//livez'))).at(-1)).toBe(200);
  });

  it('passwords can be guessed ten times, whether or not somebody has the email', async () => {
    const { user } = await register(api.client);
    const login = (email: string, password: string) => api.client.post('/auth/login', { email, password });
    for (const email of [user.email, 'nobody@example.com']) {
      const statuses = await statusesOf(11, () => login(email, 'not the password'));
      expect([statuses.at(9), statuses.at(10)]).toEqual([401, 429]);
    }
    expect((await login(user.email.toUpperCase(), PASSWORD)).status).toBe(429);
  });

  it.each([
    ['\u212Aim', 'kim'],
    ['jose\u0301', 'JOS\u00C9'],
    ['\u0130da', 'i\u0307da'],
    ['ada', ' ADA'],
  ])('a login is closed in all writings of its email at once, and opened in none: %j, %j', async (one, other) => {
    const domain = `${crypto.randomUUID()}.example.com`;
    const [first, second] = [`${one}@${domain}`, `${other}@${domain.toUpperCase()} `];
    const business = { password: PASSWORD, business_name: 'Example Voice' };
    expect((await api.client.post('/auth/register', { email: first, ...business })).status).toBe(201);
    expect((await api.client.post('/auth/register', { email: second, ...business })).status).toBe(409);
    const login = (email: string, password: string) => api.client.post('/auth/login', { email, password });
    expect((await login(second, PASSWORD)).status).toBe(200);
    expect((await statusesOf(10, () => login(second, 'not the password'))).at(-1)).toBe(401);
    expect((await login(first, PASSWORD)).status).toBe(429);
  });

  it('who knows the password begins anew', async () => {
    const { user } = await register(api.client);
    const login = (password: string) => api.client.post('/auth/login', { email: user.email, password });
    expect((await statusesOf(9, () => login('not the password'))).at(-1)).toBe(401);
    expect((await login(PASSWORD)).status).toBe(200);
    expect((await statusesOf(9, () => login('not the password'))).at(-1)).toBe(401);
  });

  it('guesses that are made at once count as well', async () => {
    const { user } = await register(api.client);
    const guess = () => api.client.post('/auth/login', { email: user.email, password: 'not the password' });
    const statuses = (await Promise.all(Array.from({ length: 20 }, guess))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });

  it('an address that only tries tokens is turned away', async () => {
    const statuses = await statusesOf(102, () => api.client.as('a.b.c').get('/campaigns'));
    expect([statuses.at(0), statuses.at(-1)]).toEqual([401, 429]);
  });
});

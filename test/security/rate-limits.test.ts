import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, register, startApi, type Registered, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

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

  it('a whole /64 of IPv6 counts as one address', async () => {
    const behindProxy = await startApi(
      testConfig(database.url, { RATE_LIMIT_PER_ADDRESS: '4', TRUSTED_PROXIES: '127.0.0.1' }),
    );
    const ask = (address: string) =>
      behindProxy.client.post('/auth/refresh', { refresh_token: 'rt_x' }, { headers: { 'x-forwarded-for': address } });
    const neighbours = [
      '2001:db8:1:2::1',
      '2001:db8:1:2:ffff::',
      '2001:DB8:1:2:a:b:c:d',
      '2001:db8:1:2::2',
      '2001:db8:1:2::3',
    ];
    const statuses: number[] = [];
    for (const address of neighbours) statuses.push((await ask(address)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429]);
    expect((await ask('2001:db8:1:3::1')).status).toBe(401);
    await behindProxy.close();
  });
});

describe('What is limited whatever RATE_LIMIT_PER_ADDRESS says', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let directory: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'outdial-limits-'));
    api = await startApi(
      testConfig(database.url, {
        RATE_LIMIT_PER_CALLER: '0',
        RATE_LIMIT_PER_ADDRESS: '0',
        HOST: '127.0.0.1',
        OUTDIAL_DATA_DIR: directory,
      }),
    );
  });

  afterEach(async () => {
    await api.close();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  const statusesOf = async (times: number, ask: () => Promise<{ status: number }>) => {
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) statuses.push((await ask()).status);
    return statuses;
  };

  it('is guesses at the password of an account', async () => {
    const { user } = await register(api.client);
    const guess = () => api.client.post('/auth/login', { email: user.email, password: 'not the password' });
    expect((await statusesOf(11, guess)).slice(-2)).toEqual([401, 429]);
  });

  it('is guesses at many accounts from one address', async () => {
    await database.query(`INSERT INTO rate_limits (key, points, expire) VALUES ('login_from:127.0.0.1', 100, $1)`, [
      Date.now() + 600_000,
    ]);
    const login = await api.client.post('/auth/login', { email: 'nobody@example.com', password: 'not the password' });
    expect(login.status).toBe(429);
  });

  it('is guesses at the password by whoever has a token, until the right one is said in time', async () => {
    const { access_token } = await register(api.client);
    const client = api.client.as(access_token);
    const change = (current_password: string) =>
      client.post('/auth/password', { current_password, new_password: 'another horse entirely' });
    expect((await statusesOf(9, () => change('not the password'))).at(-1)).toBe(403);
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await statusesOf(11, () => change('not the password'))).slice(-2)).toEqual([403, 429]);
    expect((await change('another horse entirely')).status).toBe(429);
  });

  it('is mail to one person who has not asked for it, and the answers do not tell', async () => {
    const { user } = await register(api.client);
    const links = async () =>
      (await database.query(`SELECT id FROM one_time_links WHERE purpose = 'password_reset'`)).length;
    const forgot = (email: string) => api.client.post('/auth/password/forgot', { email });
    expect(new Set(await statusesOf(12, () => forgot(user.email)))).toEqual(new Set([204]));
    expect(new Set(await statusesOf(12, () => forgot('nobody@example.com')))).toEqual(new Set([204]));
    const { user: other } = await register(api.client);
    await forgot(other.email);
    await until('the last link is made', async () => (await links()) >= 4);
    expect(await links()).toBe(4);
    expect((await statusesOf(6, () => forgot('nobody@example.com'))).at(-1)).toBe(429);
  });

  it('is invitations to one person, by however many tenants', async () => {
    const [one, two] = [await register(api.client), await register(api.client)];
    const invite = ({ access_token }: Registered) =>
      api.client.as(access_token).post('/users/invitations', { email: 'grace@example.com', role: 'user' });
    expect(await statusesOf(3, () => invite(one))).toEqual([201, 201, 201]);
    expect(await statusesOf(3, () => invite(two))).toEqual([201, 201, 429]);
  });

  it.each([
    ['a reset', '/auth/password/reset', { token: 'ot_x', new_password: PASSWORD }, 410],
    ['an invitation', '/auth/invitations/accept', { token: 'ot_x', password: PASSWORD }, 410],
    [
      'a registration',
      '/auth/register',
      { email: 'taken@example.com', password: PASSWORD, business_name: 'Example Voice' },
      409,
    ],
  ])('is nothing of %s that comes to nothing: no password is hashed for it', async (_what, path, body, status) => {
    const existing = { email: 'taken@example.com', password: PASSWORD, business_name: 'Example Voice' };
    expect((await api.client.post('/auth/register', existing)).status).toBe(201);
    // More than the queue of hashes takes: if these waited in it, some would be told to come back.
    const answers = await Promise.all(Array.from({ length: 150 }, () => api.client.post(path, body)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]));
  });
});

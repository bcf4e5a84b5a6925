import { createHmac } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { PASSWORD, register, startApi, type Registered, type RunningApi } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';
import { hashPassword } from '../../apps/api/src/auth/passwords.js';

const SECRET = 'a secret for tests that is long enough to be one';

/** Number of passwords that the API hashes or keeps waiting before it rejects a login. */
const HASHES_AT_ONCE = 64;

describe('Authentication', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let client: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, { AUTH_SECRET: SECRET }));
    client = api.client;
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  it('registers a business whose first user is its admin', async () => {
    const registered = await register(client);
    expect(registered).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      user: { role: 'admin', business_name: 'Example Voice Ltd', name: 'Ada', minutes_remaining: 0 },
    });
    const me = await client.as(registered.access_token).get('/auth/me');
    expect(me).toMatchObject({ status: 200, body: registered.user });
  });

  it('keeps no password, only its argon2id hash', async () => {
    const { user } = await register(client);
    const [row] = await database.query('SELECT password_hash FROM user_credentials WHERE user_id = $1', [user.id]);
    expect(row?.['password_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('takes each email once, in whatever case it is written', async () => {
    const { user } = await register(client);
    const body = { email: user.email.toUpperCase(), password: PASSWORD, business_name: 'Another' };
    const tenants = () => database.query('SELECT id FROM tenants');
    const before = (await tenants()).length;
    expect(await client.post('/auth/register', body)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/^Email already registered: log in/) },
    });
    expect(await tenants()).toHaveLength(before);
  });

  it('logs in with the right password, and says the same of a wrong one and of an unknown email', async () => {
    const { user } = await register(client);
    const login = (email: string, password: string) => client.post<Registered>('/auth/login', { email, password });
    expect(await login(user.email, PASSWORD)).toMatchObject({
      status: 200,
      body: { token_type: 'bearer', user: { id: user.id } },
    });
    const refused = { status: 401, body: { code: 'wrong_credentials', detail: 'Invalid email or password' } };
    expect(await login(user.email, 'not the password')).toMatchObject(refused);
    expect(await login('nobody@example.com', PASSWORD)).toMatchObject(refused);
  });

  it('hashes a password for an unknown email too, so that it takes as long', async () => {
    const end = new AbortController();
    const hashes: Promise<unknown>[] = [];
    const keepQueueFull = async () => {
      while (!end.signal.aborted) {
        hashes.push(hashPassword('another').catch(() => undefined));
        await breathe();
      }
      await Promise.all(hashes);
    };
    const busy = keepQueueFull();
    const login = (n: number) =>
      client.post<object>('/auth/login', { email: `nobody-${n}@example.com`, password: PASSWORD });
    try {
      await until('the queue of hashes is full', async () => hashes.length > 4 * HASHES_AT_ONCE);
      // Whoever hashes nothing is answered 401 each time. So few tries no limit of logins turns away.
      const statuses: number[] = [];
      for (let n = 0; n < 8; n++) statuses.push((await login(n)).status);
      expect(statuses).toContain(429);
    } finally {
      end.abort();
      await busy;
    }
  });

  it('trades a refresh token once', async () => {
    const { refresh_token } = await register(client);
    const next = await client.post<Registered>('/auth/refresh', { refresh_token });
    expect(next.status).toBe(200);
    expect(next.body.refresh_token).not.toBe(refresh_token);
    expect((await client.as(next.body.access_token).get('/auth/me')).status).toBe(200);
  });

  it('ends the session when a refresh token is used twice', async () => {
    const { refresh_token } = await register(client);
    const next = await client.post<Registered>('/auth/refresh', { refresh_token });
    expect((await client.post('/auth/refresh', { refresh_token })).status).toBe(401);
    expect((await client.post('/auth/refresh', { refresh_token: next.body.refresh_token })).status).toBe(401);
    expect((await client.as(next.body.access_token).get('/auth/me')).status).toBe(401);
  });

  it('lets one of two simultaneous uses of a refresh token through at most', async () => {
    const { refresh_token } = await register(client);
    const answers = await Promise.all([1, 2, 3, 4].map(() => client.post('/auth/refresh', { refresh_token })));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  });

  it('ends a session at logout: neither of its tokens works any more', async () => {
    const { access_token, refresh_token } = await register(client);
    expect((await client.as(access_token).post('/auth/logout')).status).toBe(204);
    expect((await client.as(access_token).get('/auth/me')).status).toBe(401);
    expect((await client.post('/auth/refresh', { refresh_token })).status).toBe(401);
  });

  it('says that the Authorization header is missing', async () => {
    const answer = await client.get('/campaigns');
    expect(answer).toMatchObject({
      status: 401,
      body: { detail: 'Authorization header missing', code: 'authorization_missing' },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'Bearer a b', 'token', 'Bearer a.b.c, Bearer d.e.f'])(
    'refuses a malformed Authorization header: %j',
    async (authorization) => {
      expect((await client.get('/campaigns', { headers: { authorization } })).status).toBe(401);
    },
  );

  describe('refuses a token that', () => {
    let good: Registered;
    let claims: Record<string, unknown>;

    beforeAll(async () => {
      good = await register(client);
      claims = JSON.parse(Buffer.from(good.access_token.split('.')[1]!, 'base64url').toString());
    });

    const now = Math.floor(Date.now() / 1000);
    it.each<[string, (claims: Record<string, unknown>) => string]>([
      [
        'is signed with another secret',
        (c) => token({ alg: 'HS256' }, c, 'another secret that is long enough as well'),
      ],
      ['is not signed', (c) => token({ alg: 'none' }, c, null)],
      ['is not signed, in capitals', (c) => token({ alg: 'None' }, c, null)],
      ['says another algorithm', (c) => token({ alg: 'HS512' }, c, SECRET)],
      ['has expired', (c) => token({ alg: 'HS256' }, { ...c, exp: now - 1 }, SECRET)],
      ['never expires', (c) => token({ alg: 'HS256' }, { ...c, exp: undefined }, SECRET)],
      ['is not valid yet', (c) => token({ alg: 'HS256' }, { ...c, nbf: now + 600 }, SECRET)],
      ['comes from another issuer', (c) => token({ alg: 'HS256' }, { ...c, iss: 'somebody' }, SECRET)],
      ['is meant for another audience', (c) => token({ alg: 'HS256' }, { ...c, aud: 'others' }, SECRET)],
      ['names no user', (c) => token({ alg: 'HS256' }, { ...c, sub: undefined }, SECRET)],
      ['names a user that is no UUID', (c) => token({ alg: 'HS256' }, { ...c, sub: "' OR 1=1 --" }, SECRET)],
      ['names another session', (c) => token({ alg: 'HS256' }, { ...c, sid: crypto.randomUUID() }, SECRET)],
      ['has been cut short', () => good.access_token.slice(0, -10)],
      ['is a refresh token', () => good.refresh_token],
      ['is no JWT', () => 'abc'],
    ])('%s', async (_name, forge) => {
      const answer = await client.as(forge(claims)).get('/auth/me');
      expect(answer).toMatchObject({
        status: 401,
        body: { detail: expect.stringMatching(/^Invalid token/) as unknown },
      });
    });

    it('is signed right, which is the check on the checks above', async () => {
      expect((await client.as(token({ alg: 'HS256' }, claims, SECRET)).get('/auth/me')).status).toBe(200);
    });
  });

  it('lets only admins change the tenant', async () => {
    const { access_token, user } = await register(client);
    const me = client.as(access_token);
    expect(await me.patch('/tenant', { default_country: 'GB' })).toMatchObject({
      status: 200,
      body: { tenant: { default_country: 'GB' } },
    });
    await database.query(`UPDATE user_profiles SET role = 'user' WHERE id = $1`, [user.id]);
    expect(await me.patch('/tenant', { default_country: 'US' })).toMatchObject({
      status: 403,
      body: { detail: 'Admin access required', code: 'admin_required' },
    });
    expect((await me.get('/tenant')).body).toMatchObject({ tenant: { default_country: 'GB' } });
  });

  it('lets viewers read, and change nothing', async () => {
    const { access_token, user } = await register(client);
    const me = client.as(access_token);
    await database.query(`UPDATE user_profiles SET role = 'viewer' WHERE id = $1`, [user.id]);
    expect((await me.get('/campaigns')).status).toBe(200);
    const refused = await me.post('/campaigns', { name: 'x', system_prompt: 'y', voice_id: 'z' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'read_only' } });
    expect((await me.post('/auth/logout')).status).toBe(204);
  });

  it.each([
    [{ email: 'not an email', password: PASSWORD, business_name: 'x' }, ['email']],
    [{ email: 'a@example.com', password: 'short', business_name: 'x' }, ['password']],
    [{ password: 5, business_name: '' }, ['business_name', 'email', 'password']],
    [
      { email: 'a@example.com', password: PASSWORD, business_name: 'x', role: 'admin', tenant_id: 't' },
      ['role', 'tenant_id'],
    ],
    [{ email: 'a@example.com', password: PASSWORD, business_name: 'nul\u0000' }, ['business_name']],
  ])('refuses to register %j and names every wrong field', async (body, fields) => {
    const answer = await client.post<{ errors: { field: string }[] }>('/auth/register', body);
    expect(answer.status).toBe(422);
    expect([...new Set(answer.body.errors.map(({ field }) => field))].sort()).toEqual(fields);
  });
});

function token(header: object, claims: object, secret: string | null): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${signed}.${secret === null ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, ApiClient } from '../support/api-client.js';
import {
  CAMPAIGN,
  newAdmin,
  PASSWORD,
  register,
  startApi,
  startApiWithDatabase,
  type ApiWithDatabase,
} from '../support/running-api.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testConfig } from '../support/test-config.js';

describe('Bad input', () => {
  let database: TestDatabase;
  let api: ApiWithDatabase;
  let client: ApiClient;

  beforeAll(async () => {
    api = await startApiWithDatabase();
    ({ database } = api);
    client = await newAdmin(api.client);
  });

  afterAll(() => api.close());

  it.each([
    ['that is not JSON', '{"name": ', 400, 'malformed_request'],
    ['that is empty', '', 422, 'invalid_fields'],
    ['that would poison a prototype', '{"__proto__": {"isAdmin": true}}', 400, 'malformed_request'],
    ['that is a list', '[]', 422, 'invalid_fields'],
    ['that is text', '"name"', 422, 'invalid_fields'],
    ['that is null', 'null', 422, 'invalid_fields'],
    ['that is larger than 1 MiB', JSON.stringify({ name: 'x'.repeat(1_100_000) }), 413, 'payload_too_large'],
    ['that is nested deeper than any form', `{"name":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 422, 'invalid_fields'],
  ])('a body %s is a problem', async (_name, rawBody, status, code) => {
    const answer = await client.request('POST', '/campaigns', {
      rawBody,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer).toMatchObject({
      status,
      body: { status, code, title: expect.any(String), detail: expect.any(String) },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('a body of another kind is a 415', async () => {
    const answer = await client.request('POST', '/campaigns', {
      rawBody: '<a/>',
      headers: { 'content-type': 'text/xml' },
    });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });

  it('a body nested deeper than 20 levels is a 422', async () => {
    const { body } = await client.post<{ campaign: { id: string } }>('/campaigns', {
      name: 'a',
      system_prompt: 'b',
      voice_id: 'c',
    });
    const deep = (depth: number): object => (depth === 0 ? {} : { inner: deep(depth - 1) });
    const answer = await client.post(`/campaigns/${body.campaign.id}/contacts`, {
      phone_number: '+442079460001',
      custom_fields: deep(30),
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'body', message: 'is nested deeper than 20 levels' }] },
    });
  });

  it.each([
    ['GET', '//nowhere'],
    ['GET', '/nowhere'],
    ['GET', '//api/v1//campaigns'],
    ['GET', `/calls/${'x'.repeat(101)}`],
  ])('%s %s leads nowhere: a 404 that is a problem', async (method, path) => {
    const answer = await client.request(method, path);
    expect(answer).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it.each(['/campaigns/', '/campaigns/%2e%2e/calls', '/CAMPAIGNS', '/campaigns;x=1', '/campaigns/%zz', '/calls/%00'])(
    'a variation of a path opens nothing without a token: %s',
    async (path) => {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const { status } = await client.as(null).request(method, path);
        expect([path, method, [400, 401, 404, 405].includes(status)]).toEqual([path, method, true]);
      }
    },
  );

  it('a token in the query is none', async () => {
    expect((await client.as(null).get(`/campaigns?access_token=${client.token}`)).status).toBe(401);
  });

  it('a request id that could be a line of the log is replaced; another comes back', async () => {
    const given = (id: string) => client.get('/campaigns', { headers: { 'x-request-id': id } });
    expect((await given('my-request-7')).headers.get('x-request-id')).toBe('my-request-7');
    expect((await given('a b')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const refused = await client
      .as(null)
      .get<{ request_id: string }>('/campaigns', { headers: { 'x-request-id': 'r-1' } });
    expect(refused.body.request_id).toBe('r-1');
  });

  it('a time, a cursor or a mapping that looks right and is not is a 422 that names it', async () => {
    const { id } = (await client.post<{ campaign: { id: string } }>('/campaigns', { ...CAMPAIGN, name: 'a' })).body
      .campaign;
    const cursor = Buffer.from(JSON.stringify(['-created_at', '0000-01-01 00:00:00+00', crypto.randomUUID()]));
    const contacts = `/campaigns/${id}/contacts`;
    const imports = `/campaigns/${id}/imports?mapping=${encodeURIComponent('{"phone_number":["a\\u0000"]}')}`;
    const year = '0000-01-01T00:00:00Z';
    const offset = '2031-01-01T00:00:00+16:00';
    const csv = { rawBody: 'a\n1\n', headers: { 'content-type': 'text/csv' } };
    const answers = [
      ['start_at', await client.patch(`/campaigns/${id}`, { start_at: year })],
      ['end_at', await client.patch(`/campaigns/${id}`, { end_at: offset })],
      ['expires_at', await client.post('/api-keys', { name: 'a', scopes: ['calls:read'], expires_at: offset })],
      ['created_from', await client.get(`/calls?created_from=${encodeURIComponent(offset)}`)],
      ['created_to', await client.get(`${contacts}?created_to=${year}`)],
      ['created_to', await client.get(`${contacts}.csv?created_to=${year}`)],
      ['cursor', await client.get(`/calls?cursor=${cursor.toString('base64url')}`)],
      ['cursor', await client.get(`${contacts}?cursor=${cursor.toString('base64url')}`)],
      ['cursor', await client.get(`/caller-ids?cursor=${cursor.toString('base64url')}`)],
      ['mapping', await client.request('POST', imports, csv)],
    ] as [string, Answer<{ errors: { field: string }[] }>][];
    for (const [field, { status, body }] of answers)
      expect([status, body.errors?.map((error) => error.field)]).toEqual([422, [field]]);
  });

  it('an address in X-Forwarded-For that is none is no address of a session', async () => {
    const behind = await startApi(testConfig(database.url, { TRUSTED_PROXIES: '127.0.0.1' }));
    const { user } = await register(behind.client);
    const body = { email: user.email, password: PASSWORD };
    for (const address of ['x'.repeat(60), `fe80::1%${'e'.repeat(60)}`, '2001:db8::7', 'unknown, 1.2.3.4'])
      expect((await behind.client.post('/auth/login', body, { headers: { 'x-forwarded-for': address } })).status).toBe(
        200,
      );
    const token = (await behind.client.post<{ access_token: string }>('/auth/login', body)).body.access_token;
    const { sessions } = (await behind.client.as(token).get<{ sessions: { ip: string }[] }>('/auth/sessions')).body;
    expect(sessions.map(({ ip }) => ip).toSorted()).toEqual(
      ['1.2.3.4', '127.0.0.1', '127.0.0.1', '127.0.0.1', '2001:db8::7', 'fe80::1'].toSorted(),
    );
    await behind.close();
  });

  it('a request that is no HTTP is turned away', async () => {
    const { hostname, port } = new URL(api.client.origin);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.end('NONSENSE\r\n\r\n'));
      let text = '';
      socket
        .on('data', (chunk) => (text += chunk.toString()))
        .on('end', () => resolve(text))
        .on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });

  it('nothing of this was stored', async () => {
    expect(await database.query(`SELECT DISTINCT name FROM campaigns`)).toEqual([{ name: 'a' }]);
    expect(await database.query(`SELECT id FROM imports`)).toEqual([]);
    expect(await database.query(`SELECT id FROM leads`)).toEqual([]);
  });
});

describe('With the database away', () => {
  it('says so, with a 503 that says when to come back, and is not ready', async () => {
    const database = await createTestDatabase();
    const api = await startApi(testConfig(database.url));
    const client = await newAdmin(api.client);
    await database.drop();
    const answer = await client.get('/campaigns');
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await client.get('//readyz')).toMatchObject({ status: 503, body: { checks: { database: 'unavailable' } } });
    expect((await client.get('//livez')).status).toBe(200);
    await api.close();
  });
});

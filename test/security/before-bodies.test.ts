import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../apps/api/src/create-app.js';
import { ApiClient } from '../support/api-client.js';
import { RawConnection } from '../support/raw-http.js';
import { createCampaign, register } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { ACCESS } from './access-table.js';
import { PROVIDERS_DOOR, routesOf } from './routes.js';

const TEN_MEGABYTES = { 'content-type': 'application/json', 'content-length': '10000000' };
const UUID = '5f0c7a52-3c1e-4a8e-9d55-0c8f3f1f2b6a';
const PROBES = ['GET /livez', 'GET /readyz'];

/** Routes of the table that anybody may ask, as the router writes them. */
const OPEN = new Set(
  Object.entries(ACCESS)
    .filter(([, { from }]) => from === 'public')
    .map(([id]) => (PROBES.includes(id) ? id : id.replace(' /', ' /api/v1/'))),
);

const MODEL = { LLM_API_URL: 'http://127.0.0.1:9/v1', LLM_MODEL: 'none', LLM_API_KEY: 'none' };

/** Every route that the server has, and paths that are none. */
describe('Before a body is read', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let origin: string;
  let routes: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startWith({});
    origin = await app.getUrl();
    routes = routesOf(app);
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  async function startWith(environment: Record<string, string>): Promise<NestFastifyApplication> {
    const config = testConfig(database.url, { TRUSTED_PROXIES: '127.0.0.1', ...MODEL, ...environment });
    const started = await createApp(config);
    await started.listen(0, '127.0.0.1');
    return started;
  }

  const isHead = (route: string) => route.startsWith('HEAD ');
  const asGet = (route: string) => route.replace(/^HEAD /, 'GET ');
  const isDocument = (route: string) => / \/(docs|openapi)/.test(route);
  const isCarriers = (route: string) =>
    route === PROVIDERS_DOOR || asGet(route).startsWith('GET /api/v1/telephony/relay');
  const isClosed = (route: string) => !OPEN.has(asGet(route)) && !isDocument(route) && !isCarriers(route);
  const lineOf = (route: string) => route.replaceAll(/(?<=\/):/g, UUID);

  /** @returns the answer to a head of ten megabytes, of which none come. */
  async function askWith(route: string, headers: Record<string, string>, at = origin) {
    const connection = new RawConnection(at).ask(lineOf(route), { ...TEN_MEGABYTES, ...headers });
    return { connection, answer: isHead(route) ? await headOf(connection) : await connection.answer() };
  }

  /** A HEAD has no body, whatever length is announced. */
  async function headOf(connection: RawConnection) {
    await until('an answer', async () => connection.received.includes('\r\n\r\n'));
    return { status: Number(connection.received.split(' ')[1]), headers: new Headers(), body: '' };
  }

  it('every closed route refuses who shows no token, and what cannot be one, and ends the connection', async () => {
    const closed = routes.filter(isClosed);
    expect(closed.filter((route) => !isHead(route))).toHaveLength(Object.keys(ACCESS).length - OPEN.size);
    const hopeless = [
      {},
      { authorization: 'Basic YTpi' },
      { authorization: 'Bearer word' },
      { authorization: 'Bearer a.b.c' },
      { authorization: `Bearer od_live_${'x'.repeat(43)}00000000` },
      { authorization: `Bearer eyJhbGciOiJub25lIn0.${'x'.repeat(40)}.` },
    ] as Record<string, string>[];
    const others: unknown[] = [];
    for (const route of closed) {
      for (const [n, headers] of hopeless.entries()) {
        const from = { 'x-forwarded-for': `198.51.100.${n}` };
        const { connection, answer } = await askWith(route, { ...headers, ...from });
        const end = await connection.closed;
        const isProblem = isHead(route) || answer.headers.get('content-type')?.startsWith('application/problem+json');
        if (answer.status !== 401 || !isProblem || end !== 'in order') others.push([route, headers, answer, end]);
      }
    }
    expect(others).toEqual([]);
  });

  it('no open route asks for a token', async () => {
    const asked: unknown[] = [];
    for (const route of routes.filter((one) => !isClosed(one) && one !== PROVIDERS_DOOR)) {
      const { connection, answer } = await askWith(route, {});
      connection.destroy();
      if (answer.status === 401) asked.push(route);
    }
    expect(asked).toEqual([]);
  });

  it('a client that waits to be asked for its body is refused without being asked', async () => {
    const { connection } = await askWith(`POST /api/v1/campaigns/${UUID}/imports`, { expect: '100-continue' });
    await connection.closed;
    expect(connection.received).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('a client with a token that waits is asked for its body, and answered', async () => {
    const { access_token } = await register(new ApiClient(origin));
    const body = JSON.stringify({ name: 'A', system_prompt: 'B', voice_id: 'aria' });
    const connection = new RawConnection(origin).ask('POST /api/v1/campaigns', {
      authorization: `Bearer ${access_token}`,
      'content-type': 'application/json',
      'content-length': String(body.length),
      expect: '100-continue',
    });
    await until('it is asked', async () => connection.received.startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
    connection.send(body);
    await until('it is answered', async () => connection.received.includes('HTTP/1.1 201 '));
    connection.destroy();
  });

  it('the refusal reaches a client that goes on sending, and the connection ends in order', async () => {
    const { connection, answer } = await askWith(`POST /api/v1/campaigns/${UUID}/imports`, {});
    for (let n = 0; n < 20; n++) connection.send(Buffer.alloc(65_536, 'x'));
    expect(answer.headers.get('connection')).toBe('close');
    expect(await connection.closed).toBe('in order');
  });

  it('a refused request with a small body leaves the connection to the next one', async () => {
    const head = 'POST /api/v1/campaigns HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n';
    const connection = new RawConnection(origin).send(`${head}{}`);
    expect((await connection.answer()).status).toBe(401);
    connection.ask('GET /livez');
    await until('another answer', async () => connection.received.includes('HTTP/1.1 200 '));
    connection.destroy();
  });

  describe('with a limit of requests from an address', () => {
    const LIMIT = 2;
    let limited: NestFastifyApplication;
    let at: string;
    let addresses = 0;

    beforeAll(async () => {
      limited = await startWith({ RATE_LIMIT_ALL_PER_ADDRESS: String(LIMIT) });
      at = await limited.getUrl();
    });

    afterAll(() => limited.close());

    async function statusesOf(route: string, headers: Record<string, string>) {
      const answers = [];
      for (let n = 0; n <= LIMIT; n++) {
        const { connection, answer } = await askWith(route, headers, at);
        connection.destroy();
        answers.push(answer);
      }
      return answers;
    }

    const newAddress = () => `198.18.${addresses >> 8}.${addresses++ & 255}`;
    const strange = [
      'GET /',
      'GET /nothing',
      'POST /nothing',
      'GET /%zz',
      'POST /api/v1/%ff',
      `GET /${'x'.repeat(500)}`,
      `GET /api/v1/campaigns/${'x'.repeat(500)}`,
      'PUT /api/v1/campaigns',
      'DELETE /livez',
      'POST /readyz',
      'PROPFIND /docs',
      'OPTIONS /api/v1/campaigns',
      'OPTIONS *',
      'GET http://localhost/openapi.json',
    ];

    it('each address is counted on every path, but for probes and carriers', async () => {
      const unlimited: string[] = [];
      const paths = [...routesOf(limited), ...strange];
      for (const route of paths) {
        const answers = await statusesOf(route, { 'x-forwarded-for': newAddress() });
        if (answers.slice(0, LIMIT).some(({ status }) => status === 429)) unlimited.push(`${route} too early`);
        if (answers[LIMIT]!.status !== 429) unlimited.push(route);
      }
      const exempt = [...PROBES, ...PROBES.map((one) => one.replace('GET', 'HEAD')), ...routes.filter(isCarriers)];
      expect(unlimited.toSorted()).toEqual(exempt.toSorted());
      expect(paths.length).toBeGreaterThan(100);
    });

    it('the refusal is a problem that says when to come back, and of which limit', async () => {
      for (const route of ['GET /nothing', 'GET /%zz', 'POST /api/v1/auth/login', 'GET /docs']) {
        const rejection = (await statusesOf(route, { 'x-forwarded-for': newAddress() })).at(-1)!;
        expect([route, rejection.status]).toEqual([route, 429]);
        expect(JSON.parse(rejection.body)).toMatchObject({ status: 429, code: 'too_many_requests' });
        expect(rejection.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
        expect(rejection.headers.get('ratelimit-policy')).toBe(`"total";q=${LIMIT};w=60`);
        expect(rejection.headers.get('ratelimit')).toMatch(/^"total";r=0;t=\d+$/);
        expect(rejection.headers.get('retry-after')).toMatch(/^\d+$/);
        expect(rejection.headers.get('cache-control')).toBe('no-store');
      }
    });

    it('requests with a good token count as well, whichever route they go to', async () => {
      const { access_token } = await register(new ApiClient(origin));
      const campaign = await createCampaign(new ApiClient(origin, access_token));
      const headers = { authorization: `Bearer ${access_token}`, 'x-forwarded-for': newAddress() };
      const client = new ApiClient(at);
      const paths = ['/campaigns', `/campaigns/${campaign.id}`, '/calls'];
      const statuses: number[] = [];
      for (const path of paths) statuses.push((await client.get(path, { headers })).status);
      expect(statuses).toEqual([200, 200, 429]);
    });

    it('a /64 of IPv6 is one address, and what is written as IPv6 is the IPv4 address that it stands for', async () => {
      const status = async (address: string) =>
        (await askWith('GET /nothing', { 'x-forwarded-for': address }, at)).answer.status;
      const first = [await status('2001:db8:7::1'), await status('2001:db8:7::2'), await status('2001:DB8:7:0:9::')];
      expect(first).toEqual([404, 404, 429]);
      expect(await status('2001:db8:7:1::1')).toBe(404);
      expect([await status('192.0.2.1'), await status('::ffff:192.0.2.1'), await status('192.0.2.1')]).toEqual([
        404, 404, 429,
      ]);
    });
  });
});

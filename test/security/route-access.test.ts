import { createSecretKey } from 'node:crypto';
import { request as rawRequest } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../apps/api/src/create-app.js';
import { ApiClient } from '../support/api-client.js';
import { register } from '../support/running-api.js';
import { KeyServer, newSigningKey } from '../support/supabase-keys.js';
import { ACCOUNTS_SET_UP } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { badTokens, type Forge } from './bad-tokens.js';
import { exampleOf, operationsOf, pathWith, type Document, type Operation } from './operations.js';
import { PROVIDERS_DOOR, routesOf } from './routes.js';
import { settleTenant, type SettledTenant } from './tenants.js';
import { tableSums } from './table-sums.js';

const AUTH_SECRET = 'a secret for tests that is long enough to be one';
const PROJECT_SECRET = 'the legacy secret of a project, long enough';

/** Every operation of the OpenAPI document, by every wrong way in. */
describe('The doors', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let client: ApiClient;
  let operations: Operation[];
  let closed: Operation[];
  let tenant: SettledTenant;
  const project = new KeyServer();
  let projectUrl: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    projectUrl = await project.open();
    app = await createApp(
      testConfig(database.url, {
        AUTH_SECRET,
        SUPABASE_URL: projectUrl,
        SUPABASE_JWT_SECRET: PROJECT_SECRET,
        SUPABASE_NEW_USERS: 'own_tenant',
        ...ACCOUNTS_SET_UP,
      }),
    );
    await app.listen(0, '127.0.0.1');
    client = new ApiClient(await app.getUrl());
    operations = operationsOf((await client.get<Document>('//openapi.json')).body);
    closed = operations.filter(({ isPublic }) => !isPublic);
    tenant = await settleTenant(client, database, 100);
  });

  afterAll(async () => {
    await app.close();
    project.close();
    await database.drop();
  });

  it("are all in the OpenAPI document, but for the providers'", () => {
    const documented = operations.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, ':')}`);
    const served = routesOf(app).filter((route) => !/^(HEAD|OPTIONS) | \/docs|\/openapi/.test(route));
    expect(served.sort()).toEqual([...documented, PROVIDERS_DOOR].sort());
  });

  it('open to no bad token', async () => {
    const forge = await makeForge();
    expect((await client.as(forge.good).get('/auth/me')).status).toBe(200);
    const tokens = Object.entries(await badTokens(forge));
    const before = await tableSums(database);
    const accepted: string[] = [];
    for (const [what, token] of tokens) {
      const answers = await Promise.all(closed.map((operation) => ask(client.as(token), operation)));
      accepted.push(
        ...answers.flatMap(({ status }, n) =>
          status === rejectionOf(what) ? [] : [`${what}: ${closed[n]!.id} ${status}`],
        ),
      );
    }
    console.log(`${tokens.length} bad tokens × ${closed.length} operations: ${accepted.length} accepted`);
    expect(accepted).toEqual([]);
    expect(await tableSums(database)).toEqual(before);
  });

  it.each<[string, (token: string) => Record<string, string>]>([
    ['in a query', () => ({})],
    ['in a cookie', (token) => ({ cookie: `access_token=${token}; Authorization=Bearer ${token}` })],
    ['under another scheme', (token) => ({ authorization: `Basic ${token}` })],
    ['under no scheme', (token) => ({ authorization: token })],
    ['behind another one', (token) => ({ authorization: `Bearer x, Bearer ${token}` })],
    ['in a header of another name', (token) => ({ 'x-authorization': `Bearer ${token}`, 'x-api-key': token })],
  ])('open to no good token %s', async (_where, headersWith) => {
    const { access_token } = await register(client);
    const query = `?access_token=${access_token}&token=${access_token}&auth_token=${access_token}`;
    const answers = await Promise.all(
      closed.map((one) => ask(client, one, { query, headers: headersWith(access_token) })),
    );
    expect(
      answers.map(({ status }, n) => `${closed[n]!.id} ${status}`).filter((text) => !text.endsWith('401')),
    ).toEqual([]);
  });

  it('open by no other way of writing a route', async () => {
    const before = await tableSums(database);
    const opened: string[] = [];
    let asked = 0;
    for (const operation of closed) {
      const path = `/${pathWith(operation, tenant.ids)}`.slice(1);
      for (const variation of variationsOf(operation.method, path)) {
        const status = await askRaw(variation, exampleBody(operation));
        asked += 1;
        if (![400, 401, 404, 405, 415].includes(status)) opened.push(`${variation.what}: ${operation.id} ${status}`);
      }
    }
    console.log(`${asked} other ways of writing ${closed.length} operations, without a token: ${opened.length} opened`);
    expect(opened).toEqual([]);
    expect(await tableSums(database)).toEqual(before);
  });

  it('open by no other way of writing a route to a viewer who would change something', async () => {
    const before = await tableSums(database);
    const opened: string[] = [];
    for (const operation of closed.filter(({ method, id }) => method !== 'GET' && !id.includes(' /auth/'))) {
      const path = pathWith(operation, tenant.ids);
      for (const variation of variationsOf(operation.method, path).filter(
        ({ method }) => !['OPTIONS', 'HEAD', 'GET'].includes(method),
      )) {
        const status = await askRaw({ ...variation, token: tenant.viewer.token }, exampleBody(operation));
        if (status < 400) opened.push(`${variation.what}: ${operation.id} ${status}`);
      }
    }
    expect(opened).toEqual([]);
    expect(await tableSums(database)).toEqual(before);
  });

  async function makeForge(): Promise<Forge> {
    const [key, foreign] = await Promise.all([newSigningKey('ES256', 'current'), newSigningKey('ES256', 'foreign')]);
    project.keys = [key.jwk];
    const leaving = await register(client);
    await client.as(leaving.access_token).post('/auth/logout');
    const other = await settleTenant(client, database, 200);
    await other.admin.patch(`/users/${other.ids['user_id']}`, { is_active: false });
    const revoked = await other.admin.post<{ secret: string; api_key: { id: string } }>('/api-keys', {
      name: 'Gone',
      scopes: ['calls:read'],
    });
    expect((await other.admin.delete(`/api-keys/${revoked.body.api_key.id}`)).status).toBe(204);
    const { access_token: good, refresh_token: refreshToken } = await register(client);
    return {
      good,
      refreshToken,
      loggedOut: leaving.access_token,
      deactivated: other.user.token!,
      revokedKey: revoked.body.secret,
      ownKey: Buffer.from(createSecretKey(AUTH_SECRET, 'utf8').export()),
      project: { issuer: `${projectUrl}/auth/v1`, secret: PROJECT_SECRET, key, foreign },
    };
  }

  function ask(as: ApiClient, operation: Operation, { query = '', headers = {} } = {}) {
    const body = exampleBody(operation);
    return as.request<unknown>(operation.method, `/${pathWith(operation, tenant.ids)}${query}`, {
      ...(body !== null && { rawBody: body.text }),
      headers: { ...(body && { 'content-type': body.type }), ...headers },
    });
  }

  function askRaw({ method, target, headers, token }: Variation, body: ExampleBody | null): Promise<number> {
    const { hostname, port } = new URL(client.origin);
    const sent = body && !['GET', 'HEAD', 'OPTIONS'].includes(method) ? body : null;
    return new Promise((resolve, reject) => {
      const request = rawRequest({
        hostname,
        port,
        method,
        path: target.replace('{origin}', client.origin),
        headers: {
          ...(sent && { 'content-type': sent.type }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
      });
      request.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)));
      request.on('error', reject);
      request.end(sent?.text);
    });
  }
});

/** Returns 403 for a user who is known but has no rights here, and 401 for every other token. */
function rejectionOf(what: string): number {
  return /^project: of .* tenants?\b/.test(what) ? 403 : 401;
}

interface ExampleBody {
  readonly type: string;
  readonly text: string;
}

function exampleBody({ bodySchema, acceptsFile }: Operation): ExampleBody | null {
  if (acceptsFile) return { type: 'text/csv', text: 'phone_number\n+442079460001\n' };
  return bodySchema && { type: 'application/json', text: JSON.stringify(exampleOf(bodySchema)) };
}

interface Variation {
  readonly what: string;
  readonly method: string;
  /** Target in the request line. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | null;
}

function variationsOf(method: string, path: string): Variation[] {
  const [last] = path.split('/').slice(-1);
  const parent = path.slice(0, -last!.length);
  return [
    { what: 'HEAD', method: 'HEAD', target: path },
    { what: 'OPTIONS', method: 'OPTIONS', target: path },
    { what: 'slash at the end', method, target: `${path}/` },
    { what: 'two slashes', method, target: path.replace('/api/v1', '/api//v1') },
    { what: 'two slashes in front', method, target: `/${path}` },
    { what: 'a parameter of the path', method, target: `${path};x=1` },
    { what: 'a dot, encoded', method, target: `${parent}%2e/${last}` },
    { what: 'a way back', method, target: `${path}/../${last}` },
    { what: 'a way back, encoded', method, target: `${path}/%2e%2e/${last}` },
    { what: 'a slash, encoded', method, target: path.replace('/api/v1/', '/api/v1%2F') },
    { what: 'letters, encoded', method, target: path.replace('/api', '/%61pi') },
    { what: 'twice encoded', method, target: path.replace('/api', '/%2561pi') },
    { what: 'capitals', method, target: path.replace('/api/v1', '/API/V1') },
    { what: 'a null byte', method, target: `${path}%00` },
    { what: 'a fragment', method, target: `${path}%23x` },
    { what: 'absolute form', method, target: `{origin}${path}` },
    { what: 'another method by a header', method: 'POST', target: path, headers: { 'x-http-method-override': method } },
    { what: 'another method by another header', method: 'GET', target: path, headers: { 'x-method-override': method } },
    {
      what: 'another path by a header',
      method,
      target: '/livezz',
      headers: { 'x-original-url': path, 'x-rewrite-url': path },
    },
    {
      what: 'a forwarded host',
      method,
      target: path,
      headers: { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost' },
    },
  ];
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCOPES } from '#rules/access/scope.js';
import type { ApiClient, Answer } from '../support/api-client.js';
import { startApi, type RunningApi } from '../support/running-api.js';
import { ACCOUNTS_SET_UP } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { ACCESS } from './access-table.js';
import { exampleOf, operationsOf, pathWith, type Document, type Operation } from './operations.js';
import { settleTenant, type SettledTenant } from './tenants.js';
import { tableSums } from './table-sums.js';

/** Every operation of the OpenAPI document, asked by everybody who may not. */
describe('Who may do what', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let operations: Operation[];
  let ours: SettledTenant;
  let theirs: SettledTenant;
  let asked = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
    operations = operationsOf((await api.client.get<Document>('//openapi.json')).body);
    [ours, theirs] = [await settleTenant(api.client, database, 100), await settleTenant(api.client, database, 200)];
  });

  beforeEach(() => (asked = 0));

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  it('is written down for every operation, and for no other', () => {
    expect(operations.map(({ id }) => id).sort()).toEqual(Object.keys(ACCESS).sort());
  });

  it('has every operation closed but those that are public', () => {
    const open = operations.filter(({ isPublic }) => isPublic).map(({ id }) => id);
    expect(open.sort()).toEqual(idsOf(({ from }) => from === 'public').sort());
  });

  it('answers 404 to every id of another tenant, and changes nothing of theirs', async () => {
    const before = await tableSums(database, theirs.id);
    const wrong: string[] = [];
    for (const operation of operations) {
      for (const name of operation.pathParameters) {
        const ids = { ...ours.ids, [name]: theirs.ids[name]! };
        for (const client of [ours.admin, await ours.keyOf(SCOPES)]) {
          const { status } = await ask(client, operation, ids);
          const mayBe = client === ours.admin ? [404] : ACCESS[operation.id]!.scope === null ? [403] : [404];
          if (!mayBe.includes(status) && !isAboutNumbers(operation))
            wrong.push(`${operation.id} with their ${name}: ${status}`);
        }
      }
    }
    console.log(`${operations.length} operations, ${asked} requests with another tenant's id: ${wrong.length} leaks`);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(60);
    expect(await tableSums(database, theirs.id)).toEqual(before);
  });

  it("answers nothing of another tenant's to ids in a query", async () => {
    const before = await tableSums(database, theirs.id);
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      for (const { name } of operation.queryParameters.filter(
        (one) => one.name in theirs.ids || one.name === 'subject_id',
      )) {
        const id = theirs.ids[name] ?? theirs.ids['campaign_id']!;
        const answer = await ask(ours.admin, operation, ours.ids, `?${name}=${encodeURIComponent(id)}`);
        expect([operation.id, name, isEmpty(answer)]).toEqual([operation.id, name, true]);
      }
    }
    console.log(`${asked} requests with another tenant's id in the query: 0 leaks`);
    expect(asked).toBeGreaterThan(5);
    expect(await tableSums(database, theirs.id)).toEqual(before);
  });

  it('says of a number what we ourselves know of it, whatever others do', async () => {
    const number = encodeURIComponent(theirs.ids['phone_number']!);
    expect((await ours.admin.get(`/dnc/${number}`)).body).toMatchObject({ is_listed: false });
    expect((await ours.admin.delete(`/dnc/${number}`)).status).toBe(404);
    expect((await theirs.admin.get(`/dnc/${number}`)).body).toMatchObject({ is_listed: true });
  });

  it.each(['viewer', 'user'] as const)('answers 403 to a %s where more is needed', async (role) => {
    const refused = idsOf(({ from }) => from === 'admin' || (from === 'user' && role === 'viewer'));
    await expectAll(refused, 403, () => ours[role]);
  });

  it('answers a viewer and a user all that may be read', async () => {
    for (const operation of operations.filter((one) => one.method === 'GET' && ACCESS[one.id]!.from === 'viewer')) {
      for (const client of [ours.viewer, ours.user]) {
        const { status } = await ask(client, operation, ours.ids);
        expect([operation.id, [200, 404, 422].includes(status)]).toEqual([operation.id, true]);
      }
    }
  });

  it('answers 403 to a key with every scope but the one that is needed', async () => {
    await expectAll(
      idsOf(({ from }) => from !== 'public'),
      403,
      (operation) => ours.keyOf(SCOPES.filter((scope) => scope !== ACCESS[operation.id]!.scope)),
    );
  });

  it('lets a key with the one scope that is needed through, and no other with that key', async () => {
    const used = await settleTenant(api.client, database, 300);
    for (const operation of operations.filter(({ id }) => ACCESS[id]!.scope !== null)) {
      const { status } = await ask(await used.keyOf([ACCESS[operation.id]!.scope!]), operation, used.ids);
      expect([operation.id, [401, 403].includes(status)]).toEqual([operation.id, false]);
    }
  });

  it('answers 401 without a token', async () => {
    await expectAll(
      idsOf(({ from }) => from !== 'public'),
      401,
      () => api.client,
    );
  });

  const idsOf = (filter: (access: (typeof ACCESS)[string]) => boolean) =>
    Object.keys(ACCESS).filter((id) => filter(ACCESS[id]!));

  /** Expects a status of every request. Each has a valid body: a rejected body would hide the check of rights. */
  async function expectAll(
    ids: readonly string[],
    expected: number,
    clientFor: (operation: Operation) => ApiClient | Promise<ApiClient>,
  ): Promise<void> {
    const clients = new Map<string, ApiClient>();
    for (const operation of operations) clients.set(operation.id, await clientFor(operation));
    const before = await tableSums(database, ours.id);
    const answered: [string, number][] = [];
    for (const operation of operations.filter(({ id }) => ids.includes(id))) {
      answered.push([operation.id, (await ask(clients.get(operation.id)!, operation, ours.ids)).status]);
    }
    console.log(`${answered.length} operations answered with ${expected}`);
    expect(answered.filter(([, status]) => status !== expected)).toEqual([]);
    expect(await tableSums(database, ours.id)).toEqual(before);
  }

  function ask(client: ApiClient, operation: Operation, ids: Readonly<Record<string, string>>, query = '') {
    asked += 1;
    const { bodySchema, acceptsFile, method } = operation;
    return client.request<unknown>(method, `/${pathWith(operation, ids)}${query}`, {
      ...(bodySchema && { body: exampleOf(bodySchema) }),
      ...(acceptsFile && { rawBody: 'phone_number\n+442079460001\n', headers: { 'content-type': 'text/csv' } }),
    });
  }
});

/** Every tenant may ask about every number; what it is told is its own. */
function isAboutNumbers({ pathParameters, method }: Operation): boolean {
  return pathParameters.includes('phone_number') && method === 'GET';
}

function isEmpty({ status, body }: Answer<unknown>): boolean {
  if (status === 404) return true;
  if (typeof body === 'string') return body.trim().split('\n').length <= 1;
  const page = body as Record<string, unknown>;
  return status === 200 && page['total'] === 0;
}

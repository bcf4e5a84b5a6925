import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, Answer } from '../support/api-client.js';
import {
  CAMPAIGN,
  createCampaign,
  dramaNumber,
  newAdmin,
  startApiWithDatabase,
  type ApiWithDatabase,
} from '../support/running-api.js';
import type { TestDatabase } from '../support/test-database.js';
import { operationsOf, pathWith, type Document, type Operation } from '../security/operations.js';

const UUID = '5f0c7a52-3c1e-4a8e-9d55-0c8f3f1f2b6a';

interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly errors?: { field: string; message: string }[];
}

/** Requests with more in them than the operation reads. */
describe('What an operation does not read', () => {
  let database: TestDatabase;
  let api: ApiWithDatabase;
  let admin: ApiClient;
  let tenantId: string;
  let operations: readonly Operation[];

  beforeAll(async () => {
    api = await startApiWithDatabase();
    ({ database } = api);
    admin = await newAdmin(api.client);
    tenantId = (await admin.get<{ tenant_id: string }>('/auth/me')).body.tenant_id;
    operations = operationsOf((await api.client.get<Document>('//openapi.json')).body);
  });

  afterAll(() => api.close());

  const ids = new Proxy({}, { get: (_, name) => (name === 'phone_number' ? dramaNumber(1) : UUID) });

  function send(operation: Operation, suffix: string, body?: unknown): Promise<Answer<ProblemBody>> {
    const example = operation.acceptsFile ? undefined : (body ?? operation.examples[0]?.[1]);
    return admin.request<ProblemBody>(operation.method, `/${pathWith(operation, ids)}${suffix}`, { body: example });
  }

  it('is refused by name in the query of every operation', async () => {
    const others: unknown[] = [];
    for (const operation of operations.filter(({ acceptsFile }) => !acceptsFile)) {
      const { status, body } = await send(operation, '?dry_run=true');
      const isNamed = body.errors?.some(({ field }) => field === 'dry_run');
      if (status !== 422 || !isNamed) others.push([operation.id, status, body]);
    }
    expect(others).toEqual([]);
    expect(await database.query('SELECT id FROM campaigns')).toEqual([]);
  });

  it('is refused by name in the body of every operation that takes none', async () => {
    const bodiless = operations.filter(
      ({ method, bodySchema, acceptsFile }) => method !== 'GET' && !bodySchema && !acceptsFile,
    );
    expect(bodiless.length).toBeGreaterThan(10);
    for (const operation of bodiless) {
      const answer = await send(operation, '', { dry_run: true });
      expect([operation.id, answer.status, answer.body.errors]).toEqual([
        operation.id,
        422,
        [{ field: 'dry_run', message: 'is not a known field: this operation has no body' }],
      ]);
      expect([operation.id, (await send(operation, '', [1])).body.errors?.[0]?.field]).toEqual([operation.id, 'body']);
    }
  });

  it('does not start a campaign that was only to be tried out, nor stop one by a misread query', async () => {
    const { id } = await createCampaign(admin);
    await admin.post(`/campaigns/${id}/contacts`, { phone_number: dramaNumber(2) });
    expect((await admin.post(`/campaigns/${id}/start`, { dry_run: true })).status).toBe(422);
    expect((await admin.post(`/campaigns/${id}/start`, {})).status).toBe(200);
    expect((await admin.post(`/campaigns/${id}/stop?clear_queue=true`)).status).toBe(422);
    expect((await admin.get(`/campaigns/${id}`)).body).toMatchObject({ campaign: { status: 'running' } });
    expect((await admin.get(`/calls/${UUID}/transcript?format=txt`)).status).toBe(422);
  });

  it('says what a misspelt field was probably meant to be, in bodies, in objects in them, and in queries', async () => {
    const fields = { nmae: 'x', calling_window: { ...CAMPAIGN.calling_window, form: '08:00' } };
    const { body } = await admin.post<ProblemBody>('/campaigns', { ...CAMPAIGN, ...fields });
    expect(body.errors).toEqual([
      { field: 'nmae', message: 'is not a known field: did you mean name?' },
      { field: 'calling_window.form', message: 'is not a known field: did you mean from?' },
    ]);
    expect((await admin.get<ProblemBody>('/calls?pagesize=3')).body.errors).toEqual([
      { field: 'pagesize', message: 'is not a known field: did you mean page_size?' },
    ]);
  });

  it('is refused where it contradicts: a page beside a cursor', async () => {
    const { body, status } = await admin.get<ProblemBody>('/calls?page=1&cursor=abc');
    expect([status, body.errors?.[0]?.field]).toEqual([422, 'page']);
  });

  it('is missing from a PATCH without a body', async () => {
    const { id } = await createCampaign(admin);
    for (const path of [`/campaigns/${id}`, '/tenant', `/users/${UUID}`]) {
      expect(await admin.patch(path)).toMatchObject({ status: 422, body: { errors: [{ field: 'body' }] } });
    }
    expect((await admin.patch(`/campaigns/${id}`, {})).status).toBe(200);
  });

  it('a form is a 415 where JSON is wanted', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await admin.request('POST', '/campaigns', { rawBody: 'name=a&system_prompt=b&voice_id=c', headers });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });

  it('a list as a body, and JSON that is broken, are told with the place', async () => {
    expect(await admin.post('/campaigns', [CAMPAIGN])).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'body', message: 'must be an object, and is a list: send one object by itself' }] },
    });
    const headers = { 'content-type': 'application/json' };
    const broken = await admin.request('POST', '/campaigns', { rawBody: '{"name": "a",\n  voice_id: "b"}', headers });
    expect(broken).toMatchObject({
      status: 400,
      body: { code: 'malformed_request', detail: 'The body is not valid JSON: see line 2, column 3' },
    });
  });

  it("the caller's own tenant_id is ignored, as old clients send it; another's is refused", async () => {
    const own = await admin.post<{ campaign: { id: string } }>('/campaigns/', { ...CAMPAIGN, tenant_id: tenantId });
    expect(own.status).toBe(201);
    const path = `/campaigns/${own.body.campaign.id}`;
    const contact = { phone_number: dramaNumber(3), tenant_id: tenantId, custom_fields: { tenant_id: 'theirs' } };
    expect(await admin.post(`${path}/contacts/`, contact)).toMatchObject({
      status: 201,
      body: { contact: { custom_fields: { tenant_id: 'theirs' } } },
    });
    const bulk = { contacts: [{ phone_number: dramaNumber(4), tenant_id: tenantId }, { tenant_id: 'another' }] };
    expect((await admin.post(`${path}/contacts/bulk`, bulk)).body).toMatchObject({ created: 1, invalid: 1 });
    expect((await admin.post(`${path}/pause`, { tenant_id: tenantId })).status).toBe(409);
    const refused = await admin.post<ProblemBody>('/campaigns', { ...CAMPAIGN, tenant_id: UUID });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ field: 'tenant_id', message: 'is not your tenant: leave it out, the token says whose this is' }],
    ]);
    for (const field of ['status', 'total_leads', 'calls_completed', 'id']) {
      const answer = await admin.post<ProblemBody>('/campaigns', { ...CAMPAIGN, [field]: 1 });
      expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, field]);
    }
  });

  it('a slash at the end of a path changes nothing', async () => {
    expect((await admin.get('/campaigns/')).status).toBe(200);
    expect((await admin.get('/calls/?page=1')).status).toBe(200);
    expect((await admin.get('//livez/')).status).toBe(200);
    expect((await api.client.get('/campaigns/')).status).toBe(401);
  });

  it('a method that a path does not have is a 405 that names those which it has', async () => {
    const answer = await admin.request('PUT', '/campaigns');
    expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    const read = await admin.request('DELETE', `/campaigns/${UUID}/stats`);
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await admin.get('/nowhere')).status).toBe(404);
  });

  it('a path without /api/v1 says so', async () => {
    expect(await admin.get('//campaigns?page=1')).toMatchObject({
      status: 404,
      body: { detail: 'There is nothing at this path: did you mean /api/v1/campaigns?' },
    });
    expect((await admin.get<ProblemBody>('//nowhere')).body.detail).toBe('There is nothing at this path');
  });

  it.each([
    ['Basic abc', 'Invalid format'],
    ['Bearer not-a-token', 'Invalid token'],
    [`Bearer od_${'x'.repeat(40)}`, 'Invalid token'],
  ])('%s is answered in the sentence that old clients read', async (authorization, sentence) => {
    const { status, body } = await api.client.get<ProblemBody>('/campaigns', { headers: { authorization } });
    expect([status, body.detail.slice(0, sentence.length)]).toEqual([401, sentence]);
  });
});

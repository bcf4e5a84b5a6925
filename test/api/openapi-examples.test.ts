import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digest } from '#config/secrets.js';
import type { ApiClient, Answer } from '../support/api-client.js';
import { createCampaign, register, startApi, type RunningApi } from '../support/running-api.js';
import { ACCOUNTS_SET_UP } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { operationsOf, pathWith, type Document, type Operation } from '../security/operations.js';
import { settleTenant, type SettledTenant } from '../security/tenants.js';

const PATIENCE_MS = 600_000;
/** Number of calls over the simulator among which some are surely recorded. */
const MOST_CALLS = 50;
const FILE = 'phone_number\n+442079460555\n';

/** Preparation that an operation needs before its example can have an effect. */
type Preparation = (tenant: SettledTenant, database: TestDatabase) => Promise<unknown>;

const campaign = ({ admin, ids }: SettledTenant, action: string) =>
  admin.post(`/campaigns/${ids['campaign_id']}/${action}`);
const started: Preparation = (tenant) => campaign(tenant, 'start');

const PREPARATIONS: Readonly<Record<string, Preparation>> = {
  pauseCampaign: started,
  stopCampaign: started,
  resumeCampaign: async (tenant) => [await campaign(tenant, 'start'), await campaign(tenant, 'pause')],
  redialCampaign: ({ ids }, database) =>
    database.query(
      `WITH given_up AS (UPDATE leads SET status = 'exhausted', outcome = 'no_answer' WHERE campaign_id = $1)
       UPDATE campaigns SET status = 'completed' WHERE id = $1`,
      [ids['campaign_id']],
    ),
  getCallTranscript: ({ ids }, database) =>
    database.query(`UPDATE calls SET transcript = 'Agent: Hello' WHERE id = $1`, [ids['call_id']]),
  getCallRecording: async ({ admin, ids }, database) => {
    await database.query(
      `INSERT INTO recordings (tenant_id, call_id, provider, source_url)
       SELECT tenant_id, id, 'simulator', '' FROM calls WHERE id = $1`,
      [ids['call_id']],
    );
    for (let n = 0; n < MOST_CALLS; n++) {
      const url = `simulator:recordings/sim_${String(n).padStart(16, '0')}_0_30_600`;
      await database.query(`UPDATE recordings SET source_url = $2 WHERE call_id = $1`, [ids['call_id'], url]);
      if ((await admin.get(`/calls/${ids['call_id']}/recording`)).status === 200) return;
    }
  },
  undoImport: ({ admin, ids }) => admin.post(`/imports/${ids['import_id']}/cancel`),
  exportPerson: ({ admin, ids }) =>
    admin.post(`/campaigns/${ids['campaign_id']}/contacts`, { phone_number: '+442079460123' }),
};

/** Secrets that an example cannot know: of what it shows, this is what the tenant would have in its place. */
const SECRETS: Readonly<Record<string, (tenant: SettledTenant, database: TestDatabase) => Promise<object>>> = {
  refresh: async ({ admin }) => ({ refresh_token: (await register(admin.as(null))).refresh_token }),
  acceptInvitation: async ({ admin }) => {
    const email = `person-${crypto.randomUUID()}@example.com`;
    const { body } = await admin.post<{ link: string }>('/users/invitations', { email, role: 'user' });
    return { token: new URLSearchParams(new URL(body.link).hash.slice(1)).get('token') };
  },
  resetPassword: async ({ id }, database) => {
    const token = `ot_${crypto.randomUUID()}`;
    await database.query(
      `INSERT INTO one_time_links (tenant_id, token_hash, purpose, user_id, email, expires_at)
       SELECT tenant_id, $2, 'password_reset', id, email, now() + interval '1 hour' FROM user_profiles
       WHERE tenant_id = $1 LIMIT 1`,
      [id, digest(token)],
    );
    return { token };
  },
  renderCampaign: ({ ids }) => Promise.resolve({ contact_id: ids['contact_id'] }),
};

/** Examples for another installation than this one. */
const ELSEWHERE = ['register first'];

/** Sends what Swagger UI sends by "Try it out" when a reader changes only ids and secrets. */
describe('Every example of the OpenAPI document', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let operations: readonly Operation[];
  let dataDirectory: string;
  /** Shared by operations that change nothing. */
  let reader: SettledTenant | undefined;
  let from = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    // Links to accounts go there.
    dataDirectory = await mkdtemp(join(tmpdir(), 'outdial-examples-'));
    api = await startApi(testConfig(database.url, { ...ACCOUNTS_SET_UP, OUTDIAL_DATA_DIR: dataDirectory }));
    operations = operationsOf((await api.client.get<Document>('//openapi.json')).body);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
    await rm(dataDirectory, { recursive: true });
  });

  /**
   * Creates a tenant with one row of each kind. It has a contact that may be called at any hour, and a do-not-call
   * entry.
   */
  async function freshTenant(): Promise<SettledTenant> {
    const tenant = await settleTenant(api.client, database, from++);
    await tenant.admin.patch('/tenant', { uses_rule_packs: false });
    const { id } = await createCampaign(tenant.admin);
    const { body } = await tenant.admin.post<{ contact: { id: string } }>(`/campaigns/${id}/contacts`, {
      phone_number: `+44207946${String(900 + from).padStart(4, '0')}`,
    });
    return { ...tenant, ids: { ...tenant.ids, campaign_id: id, contact_id: body.contact.id } };
  }

  function send(client: ApiClient, operation: Operation, path: string, body: unknown): Promise<Answer<unknown>> {
    if (!operation.acceptsFile) return client.request(operation.method, path, body === undefined ? {} : { body });
    return client.request(operation.method, path, { rawBody: FILE, headers: { 'content-type': 'text/csv' } });
  }

  async function outcomeOf(operation: Operation, [name, example]: readonly [string, unknown]): Promise<string | null> {
    const tenant = operation.method === 'GET' ? (reader ??= await freshTenant()) : await freshTenant();
    await PREPARATIONS[operation.operationId]?.(tenant, database);
    const secrets = await SECRETS[operation.operationId]?.(tenant, database);
    const body = example === undefined ? undefined : { ...(example as object), ...secrets };
    const query = operation.queryParameters
      .filter((one) => one.required)
      .map((one) => `${one.name}=${encodeURIComponent(String(one.example ?? one.schema.example))}`)
      .join('&');
    const path = `/${pathWith(operation, tenant.ids)}${query && `?${query}`}`;
    const answer = await send(operation.isPublic ? api.client : tenant.admin, operation, path, body);
    if (answer.status >= 200 && answer.status < 300) return null;
    return `${operation.operationId} ${name}: ${answer.status} ${JSON.stringify(answer.body)}`;
  }

  it('succeeds for a fresh tenant', { timeout: PATIENCE_MS }, async () => {
    const failures: string[] = [];
    let sent = 0;
    for (const operation of operations) {
      const examples = operation.examples.length > 0 ? operation.examples : [['without a body', undefined] as const];
      for (const example of examples) {
        if (ELSEWHERE.includes(`${operation.operationId} ${example[0]}`)) continue;
        const failure = await outcomeOf(operation, example);
        if (failure !== null) failures.push(failure);
        sent++;
      }
    }
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(80);
  });

  it('of a body that is JSON is there', () => {
    expect(operations.filter(({ bodySchema, examples }) => bodySchema && examples.length === 0)).toEqual([]);
  });

  it('of a new campaign names no time, so that it dials as soon as it is started', () => {
    const [[, example]] = operations.find(({ operationId }) => operationId === 'createCampaign')!.examples as [
      [string, object],
    ];
    expect(Object.keys(example).filter((field) => field.endsWith('_at'))).toEqual([]);
  });

  it('of an erasure is a number that no other example has', () => {
    const numbers = (operation: Operation): string[] => JSON.stringify(operation.examples).match(/\+\d{6,}/g) ?? [];
    const [erased] = numbers(operations.find(({ operationId }) => operationId === 'erasePerson')!);
    const others = operations.filter(({ operationId }) => operationId !== 'erasePerson').flatMap(numbers);
    expect(others).not.toContain(erased);
  });
});

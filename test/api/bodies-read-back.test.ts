import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { dramaNumber, PASSWORD, startApi, type RunningApi } from '../support/running-api.js';
import { ACCOUNTS_SET_UP, addAccount, TWILIO, VAPI } from '../support/telephony-account.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testConfig } from '../support/test-config.js';
import { operationsOf, type Document, type Operation, type Schema } from '../security/operations.js';

type Json = Record<string, unknown>;

/** Value that is sent for one property of a body, and what a read shows of it then. */
interface Sample {
  readonly send: unknown;
  /** Value that a read shows; absent: the value as sent, under the same name. */
  readonly shown?: Json;
  /** Sent along, since the property is not accepted without. */
  readonly along?: Json;
  /** Fields of the resource that is changed, where it has to be a certain one. */
  readonly of?: Json;
}

/** An operation that stores what its body says. */
interface Stored {
  /** Makes a resource without the property, and one with it. */
  readonly before: (sample: Sample) => Promise<Json>;
  readonly after: (sample: Sample, body: Json) => Promise<Json>;
  readonly samples: Readonly<Record<string, Sample>>;
}

/** Operations whose body is an order: nothing of it is kept as it is. */
const ORDERS = [
  'addContacts',
  'changePassword',
  'disposeCall',
  'erasePerson',
  'exportPerson',
  'forgotPassword',
  'login',
  'redialCampaign',
  'refresh',
  'releaseKillSwitch',
  'renderCampaign',
  'resetPassword',
  'stopCampaign',
];

/** Properties that are an order or a secret; other tests hold them to what they do. */
const NOT_SHOWN = [
  'acceptInvitation.password',
  'acceptInvitation.token',
  'engageKillSwitch.hangup_in_flight',
  'register.password',
  'register.setup_token',
  'updateTelephonyAccount.twilio',
  'updateUser.keep_api_keys',
];

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document;
const withBody = operationsOf(document).filter(({ bodySchema }) => bodySchema !== null);
const storing = withBody.filter(({ operationId }) => !ORDERS.includes(operationId));

const delays = (seconds: number) => ({ delays_seconds: [seconds] });
const RETRY_POLICY = {
  busy: delays(1),
  no_answer: delays(2),
  voicemail: delays(3),
  refused: delays(4),
  provider_error: delays(5),
  lost: delays(6),
};
const LATER = '2037-03-04T05:06:07.000Z';
const EARLIER = '2021-03-04T05:06:07.000Z';
const OTHER_TWILIO = { account_sid: `AC${'0'.repeat(28)}cafe`, auth_token: 'hush-hush-of-another' };
const LEAST_CAMPAIGN = { name: 'Least', system_prompt: 'Ask.', voice_id: 'aria' };

const sent = (send: unknown): Sample => ({ send });

describe('A property of a body', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let client: ApiClient;
  let campaignId: string;
  let accountId: string;
  let otherAccountId: string;
  let next = 0;

  const number = () => dramaNumber(next++);
  const email = () => `person-${crypto.randomUUID()}@example.com`;

  async function made(path: string, body: Json, by = client): Promise<Json> {
    const answer = await by.post<Json>(path, body);
    expect([path, answer.body, answer.status]).toEqual([path, answer.body, 201]);
    return answer.body;
  }
  async function read(path: string, key?: string, by = client): Promise<Json> {
    const { status, body } = await by.get<Json>(path);
    expect([path, body, status]).toEqual([path, body, 200]);
    return key === undefined ? body : (body[key] as Json);
  }
  async function changed(path: string, body: Json): Promise<void> {
    const answer = await client.patch<Json>(path, body);
    expect([path, answer.body, answer.status]).toEqual([path, answer.body, 200]);
  }
  const listed = async (path: string, key: string, id: unknown) =>
    ((await read(path, key)) as unknown as Json[]).find((one) => one['id'] === id)!;

  /** Makes resources with the least that they need, and reads them by their ids. */
  const creation = (create: (body: Json) => Promise<Json>, samples: Record<string, Sample>): Stored => ({
    samples,
    before: () => create({}),
    after: ({ along }, body) => create({ ...along, ...body }),
  });

  /** Makes a resource, and changes it. */
  const change = (
    make: (of: Json) => Promise<string>,
    get: (path: string) => Promise<Json>,
    samples: Record<string, Sample>,
  ): Stored => ({
    samples,
    before: async ({ of = {} }) => get(await make(of)),
    after: async ({ of = {}, along }, body) => {
      const path = await make(of);
      await changed(path, { ...along, ...body });
      return get(path);
    },
  });

  /** A user who has joined. @returns what is shown of them. */
  async function join(body: Json = {}): Promise<Json> {
    const { link } = await made('/users/invitations', { email: email(), role: 'user' });
    const token = new URLSearchParams(new URL(link as string).hash.slice(1)).get('token');
    const { user } = await made('/auth/invitations/accept', { token, password: PASSWORD, name: 'Ada', ...body });
    return listed('/users', 'users', (user as Json)['id']);
  }

  async function register(body: Json = {}): Promise<ApiClient> {
    const account = { email: email(), password: PASSWORD, name: 'Ada', business_name: 'Example Voice Ltd' };
    const { access_token } = await made('/auth/register', { ...account, ...body }, api.client);
    return api.client.as(access_token as string);
  }

  const campaignTerms = (): Record<string, Sample> => ({
    name: sent('Another'),
    description: sent('A description'),
    system_prompt: sent('Ask otherwise.'),
    voice_id: sent('verse'),
    first_message: sent('Hello.'),
    max_concurrent_calls: sent(7),
    retry_failed: sent(false),
    max_retries: sent(9),
    ring_timeout_seconds: sent(45),
    max_call_seconds: sent(77),
    retry_policy: sent(RETRY_POLICY),
    min_gap_seconds: sent(66),
    start_at: sent(LATER),
    end_at: sent(LATER),
    calling_window: sent({ days: ['mon', 'wed'], from: '10:15', to: '16:45' }),
    blackout_dates: sent(['2031-12-24', '2031-12-25']),
    skips_public_holidays: sent(true),
    requires_consent: sent(true),
    telephony_account_id: sent(accountId),
    from_number: { send: '+442079460777', along: { telephony_account_id: accountId } },
    language: sent('fr-FR'),
    record_calls: sent(false),
    voicemail_action: sent('continue'),
    disclosure: sent('A machine speaks.'),
    recording_notice: sent('A machine listens.'),
    default_country: sent('IE'),
  });

  const contactTerms = (): Record<string, Sample> => ({
    first_name: sent('Grace'),
    last_name: sent('Hopper'),
    email: sent('grace@example.com'),
    timezone: sent('America/New_York'),
    custom_fields: sent({ plan: 'premium', seats: 3 }),
  });

  const accountTerms = (): Record<string, Sample> => ({
    name: sent('Renamed'),
    calls_per_second: sent(5),
    allowed_countries: sent(['GB', 'IE']),
  });

  const stored: Readonly<Record<string, () => Stored>> = {
    register: () =>
      creation(async (body) => read('/auth/me', undefined, await register(body)), {
        email: sent('grace.of.another@example.com'),
        name: sent('Grace'),
        business_name: sent('Another Ltd'),
      }),
    acceptInvitation: () => creation(join, { name: sent('Grace') }),
    inviteUser: () =>
      creation(
        async (body) => {
          const { invitation } = await made('/users/invitations', { email: email(), role: 'user', ...body });
          return listed('/users/invitations', 'invitations', (invitation as Json)['id']);
        },
        { email: sent('grace.as.colleague@example.com'), role: sent('viewer') },
      ),
    updateUser: () =>
      change(
        async () => `/users/${String((await join())['id'])}`,
        (path) => listed('/users', 'users', path.split('/')[2]),
        {
          name: sent('Grace'),
          role: sent('viewer'),
          is_active: { send: false, shown: { deactivated_at: expect.any(String) as unknown } },
        },
      ),
    createApiKey: () =>
      creation(
        async (body) => {
          const { api_key } = await made('/api-keys', { name: 'Key', scopes: ['calls:read'], ...body });
          return listed('/api-keys', 'api_keys', (api_key as Json)['id']);
        },
        { name: sent('Another key'), scopes: sent(['campaigns:read', 'dnc:write']), expires_at: sent(LATER) },
      ),
    updateTenant: () => ({
      before: async () => read('/tenant', 'tenant', await register()),
      after: async (_sample, body) => {
        const tenant = await register();
        expect((await tenant.patch('/tenant', body)).status).toBe(200);
        return read('/tenant', 'tenant', tenant);
      },
      samples: {
        business_name: sent('Another Ltd'),
        default_country: sent('IE'),
        uses_rule_packs: sent(false),
        disclosure: sent('A machine speaks.'),
        recording_notice: sent('A machine listens.'),
        min_gap_seconds: sent(66),
        minutes_remaining: sent(77),
        frequency_cap: sent({ attempts: 3, days: 5 }),
        retention: sent({ recordings_days: 30, transcripts_days: 90 }),
      },
    }),
    engageKillSwitch: () => ({
      before: async () => read('/tenant/kill-switch', undefined, await register()),
      after: async (_sample, body) => {
        const tenant = await register();
        expect((await tenant.post('/tenant/kill-switch/engage', body)).status).toBe(200);
        return read('/tenant/kill-switch', undefined, tenant);
      },
      samples: { reason: sent('Wrong list') },
    }),
    createCampaign: () =>
      creation(
        async (body) => {
          const { campaign } = await made('/campaigns', { ...LEAST_CAMPAIGN, ...body });
          return read(`/campaigns/${String((campaign as Json)['id'])}`, 'campaign');
        },
        { ...campaignTerms(), is_test: sent(true) },
      ),
    updateCampaign: () =>
      change(
        async () => {
          const { campaign } = await made('/campaigns', LEAST_CAMPAIGN);
          return `/campaigns/${String((campaign as Json)['id'])}`;
        },
        (path) => read(path, 'campaign'),
        campaignTerms(),
      ),
    addContact: () =>
      creation(
        async (body) => {
          const path = `/campaigns/${campaignId}/contacts`;
          const { contact } = await made(path, { phone_number: number(), ...body });
          return read(`${path}/${String((contact as Json)['id'])}`, 'contact');
        },
        { ...contactTerms(), phone_number: sent('+442079460778') },
      ),
    updateContact: () =>
      change(
        async () => {
          const path = `/campaigns/${campaignId}/contacts`;
          const { contact } = await made(path, { phone_number: number() });
          return `${path}/${String((contact as Json)['id'])}`;
        },
        (path) => read(path, 'contact'),
        contactTerms(),
      ),
    addDncEntry: () =>
      creation(
        async (body) => {
          const { entry } = await made('/dnc', { phone_number: number(), ...body });
          const { phone_number, is_test } = entry as { phone_number: string; is_test: boolean };
          return read(`/dnc/${encodeURIComponent(phone_number)}?is_test=${is_test}`, 'entry');
        },
        {
          phone_number: sent('+442079460779'),
          reason: sent('asked by email'),
          expires_at: sent(LATER),
          is_test: sent(true),
        },
      ),
    addConsent: () =>
      creation(
        async (body) => {
          const least = { phone_number: number(), source: 'form', channel: 'web' };
          const { consent } = await made('/consents', { ...least, ...body });
          const { id, phone_number } = consent as { id: string; phone_number: string };
          return listed(`/consents?phone_number=${encodeURIComponent(phone_number)}`, 'items', id);
        },
        {
          phone_number: sent('+442079460780'),
          kind: sent('revoked'),
          source: sent('Another form'),
          wording: sent('Call me.'),
          channel: sent('paper'),
          evidence_url: sent('https://example.com/forms/1'),
          given_at: sent(EARLIER),
          expires_at: sent(LATER),
        },
      ),
    createTelephonyAccount: () =>
      creation(
        async ({ vapi, ...body }) => {
          const least = vapi === undefined ? { twilio: TWILIO } : { vapi };
          const { id } = await addAccount(client, { allowed_countries: null, ...least, ...body });
          return read(`/telephony-accounts/${id}`, 'telephony_account');
        },
        {
          ...accountTerms(),
          twilio: { send: OTHER_TWILIO, shown: { hint: 'cafe' } },
          vapi: { send: VAPI, shown: { provider: 'vapi', hint: 'wxyz' } },
        },
      ),
    updateTelephonyAccount: () =>
      change(
        async (of) => {
          const { id } = await addAccount(client, { twilio: TWILIO, ...of });
          return `/telephony-accounts/${id}`;
        },
        (path) => read(path, 'telephony_account'),
        {
          ...accountTerms(),
          name: sent('Renamed once more'),
          vapi: {
            of: { twilio: undefined, vapi: VAPI },
            send: { api_key: 'hush-hush-of-vapi-abcd' },
            shown: { hint: 'abcd' },
          },
        },
      ),
    createCallerId: () =>
      creation(
        async (body) => {
          const least = { phone_number: number(), telephony_account_id: accountId };
          const { caller_id } = await made('/caller-ids', { ...least, ...body });
          return read(`/caller-ids/${String((caller_id as Json)['id'])}`, 'caller_id');
        },
        {
          phone_number: sent('+442079460781'),
          telephony_account_id: sent(otherAccountId),
          daily_cap: sent(55),
        },
      ),
    updateCallerId: () =>
      change(
        async () => {
          const least = { phone_number: number(), telephony_account_id: accountId };
          const { caller_id } = await made('/caller-ids', least);
          return `/caller-ids/${String((caller_id as Json)['id'])}`;
        },
        (path) => read(path, 'caller_id'),
        { daily_cap: sent(55), is_active: sent(false) },
      ),
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
    client = await register();
    campaignId = ((await made('/campaigns', LEAST_CAMPAIGN))['campaign'] as Json)['id'] as string;
    accountId = (await addAccount(client)).id;
    otherAccountId = (await addAccount(client)).id;
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const properties = storing.flatMap(({ operationId, bodySchema }) =>
    Object.entries(bodySchema!.properties!).map(([name, schema]) => ({ operationId, name, schema })),
  );

  it.each(properties.filter(({ operationId, name }) => !NOT_SHOWN.includes(`${operationId}.${name}`)))(
    '$name of $operationId is stored, and read back',
    async ({ operationId, name, schema }) => {
      const operation = stored[operationId]?.();
      const sample = operation?.samples[name];
      expect(sample, `this test has no value of ${operationId}.${name}`).toBeDefined();
      expect(partsLeftOut(sample!.send, schema)).toEqual([]);
      const { send, shown = { [name]: send } } = sample!;
      const parts = (view: Json) => Object.fromEntries(Object.keys(shown).map((key) => [key, view[key]]));
      expect(parts(await operation!.before(sample!))).not.toEqual(shown);
      expect(parts(await operation!.after(sample!, { [name]: send }))).toEqual(shown);
    },
  );

  it.each(properties.flatMap(edgesOf))(
    '$name of $operationId takes the utmost that the document allows: $edge',
    async ({ operationId, name, value }) => {
      const operation = stored[operationId]!();
      const sample = operation.samples[name] ?? sent(value);
      const shown = await operation.after({ ...sample, send: value }, { [name]: value });
      expect(shown[name]).toEqual(value);
    },
  );

  it('that is listed as not shown is one of a body', () => {
    const all = properties.map(({ operationId, name }) => `${operationId}.${name}`);
    expect(NOT_SHOWN.filter((one) => !all.includes(one))).toEqual([]);
    expect(ORDERS.filter((one) => !withBody.some(({ operationId }: Operation) => operationId === one))).toEqual([]);
  });
});

interface Property {
  readonly operationId: string;
  readonly name: string;
  readonly schema: Schema;
}

interface Edge extends Property {
  readonly edge: string;
  readonly value: unknown;
}

/** Texts that have to be a number, an address or a time: their longest value is none. */
const OF_A_FORM = ['email', 'phone_number', 'from_number', 'expires_at', 'evidence_url'];

/** Properties whose null is read back as what it stands for: no fields, and now. */
const SHOWN_OTHERWISE = ['custom_fields', 'given_at'];

/** Lists the least, the most, the longest and the empty value of a property, as far as the document has them. */
function edgesOf(property: Property): Edge[] {
  const { minimum, maximum, maxLength, format, pattern } = property.schema as Limits;
  const isShown = !NOT_SHOWN.includes(`${property.operationId}.${property.name}`);
  const isPlain = !OF_A_FORM.includes(property.name) && !format && !pattern && !property.schema.enum;
  const types = [property.schema.type ?? []].flat();
  const edges: Edge[] = [];
  const add = (edge: string, value: unknown) => void edges.push({ ...property, edge, value });
  if (!isShown) return [];
  if (minimum !== undefined) add(`${minimum}`, minimum);
  if (maximum !== undefined) add(`${maximum}`, maximum);
  if (maxLength !== undefined && isPlain && types.includes('string'))
    add(`${maxLength} characters`, property.operationId.padEnd(maxLength, 'x'));
  if (types.includes('null') && !SHOWN_OTHERWISE.includes(property.name)) add('null', null);
  return edges;
}

interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: string;
}

/** Names the properties of an object that the sample does not send; credentials may be sent in part. */
function partsLeftOut(send: unknown, { properties = {} }: Schema): string[] {
  const parts = Object.entries(properties).filter(([, part]) => !(part as { writeOnly?: boolean }).writeOnly);
  return parts.map(([name]) => name).filter((name) => !Object.keys(send as object).includes(name));
}

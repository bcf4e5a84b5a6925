import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/connection/database.js';
import { CredentialCipher } from '#dialer/routes/credential-cipher.js';
import { routeOf } from '#dialer/routes/call-route.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import { TwilioProvider } from '#telephony/twilio/twilio-provider.js';
import type { ApiClient } from '../support/api-client.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { createCampaign, newAdmin, register, startApi, type RunningApi } from '../support/running-api.js';
import {
  addAccount,
  ACCOUNTS_KEY,
  ACCOUNTS_SET_UP,
  TWILIO,
  VAPI,
  type TelephonyAccountBody,
} from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const [OLD_KEY, NEW_KEY] = [ACCOUNTS_KEY, '0b'.repeat(32)] as const;
const NOBODYS = '00000000-0000-4000-8000-000000000000';

describe('Telephony accounts', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let admin: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
    admin = await newAdmin(api.client);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const add = (fields?: object) => addAccount(admin, fields);
  const member = async (role: string): Promise<ApiClient> => {
    const email = `${role}-${crypto.randomUUID()}@example.com`;
    const invited = await admin.post<{ link: string }>('/users/invitations', { email, role });
    const token = /token=([^&]+)/.exec(invited.body.link)![1]!;
    const joined = await api.client.post<{ access_token: string }>('/auth/invitations/accept', {
      token: decodeURIComponent(token),
      password: 'correct horse battery',
    });
    return api.client.as(joined.body.access_token);
  };
  /** Returns the account as a process with these keys sees it. */
  const opened = async (keys: string, accountId: string) => {
    const source = await new DataSource(dataSourceOptions(database.url, { poolSize: 1 })).initialize();
    const settings = routeOf(testConfig(database.url, { ...ACCOUNTS_SET_UP, CREDENTIALS_KEYS: keys }));
    const lines = new RouteResolver(new Database(source), new ObedientCarrier(), settings);
    return (
      await lines.routeOfAccount({ telephony_account_id: accountId, is_test: false }).finally(() => source.destroy())
    ).provider;
  };

  it('show the end of their name with the provider, and nothing else of what was given', async () => {
    const [twilio, vapi] = [await add(), await add({ vapi: VAPI })];
    expect(twilio).toEqual({
      id: twilio.id,
      name: twilio['name'],
      provider: 'twilio',
      hint: 'beef',
      calls_per_second: null,
      allowed_countries: ['*'],
      has_readable_credentials: true,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(vapi).toMatchObject({ provider: 'vapi', hint: 'wxyz' });
    const list = await admin.get<{ telephony_accounts: TelephonyAccountBody[] }>('/telephony-accounts');
    expect(list.body.telephony_accounts.slice(-2)).toEqual([twilio, vapi]);
    const one = await admin.get(`/telephony-accounts/${twilio.id}`);
    expect(one.body).toEqual({ telephony_account: twilio });
    const log = await admin.get('/audit-log');
    expect(JSON.stringify([list.body, one.body, log.body])).not.toMatch(/hush|AC0000/);
    expect(JSON.stringify(log.body)).toContain('telephony_account.create');
  });

  it('are renamed and get new credentials, each by itself', async () => {
    const { id, name } = await add();
    const path = `/telephony-accounts/${id}`;
    expect(await admin.patch(path, { name: 'Another' })).toMatchObject({
      status: 200,
      body: { telephony_account: { name: 'Another', hint: 'beef' } },
    });
    expect(await admin.patch(path, { name, twilio: { ...TWILIO, auth_token: 'the next one' } })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'twilio.auth_token' }] },
    });
    const before = await opened(OLD_KEY, id);
    expect(await admin.patch(path, { twilio: { ...TWILIO, auth_token: 'the-next-one' } })).toMatchObject({
      status: 200,
      body: { telephony_account: { name: 'Another' } },
    });
    const after = await opened(OLD_KEY, id);
    expect([before, after].map((provider) => (provider as TwilioProvider).authToken)).toEqual([
      TWILIO.auth_token,
      'the-next-one',
    ]);
  });

  it('state how many calls a second they take, or leave it to the provider', async () => {
    const { id, calls_per_second } = await add({ twilio: TWILIO, calls_per_second: 5 });
    expect(calls_per_second).toBe(5);
    const path = `/telephony-accounts/${id}`;
    const pace = async (body: object) => {
      const answer = await admin.patch<{ telephony_account?: TelephonyAccountBody }>(path, body);
      return answer.body.telephony_account?.['calls_per_second'] ?? answer.status;
    };
    expect([await pace({ calls_per_second: 1000 }), await pace({ name: 'Fast' })]).toEqual([1000, 1000]);
    expect(await pace({ calls_per_second: null })).toBe(200);
    for (const wrong of [0, 1001, 1.5, '5']) expect(await pace({ calls_per_second: wrong })).toBe(422);
    expect((await admin.get<{ telephony_account: object }>(path)).body.telephony_account).toMatchObject({
      calls_per_second: null,
    });
  });

  const secretsOf = async (id: string) => {
    const [row] = await database.query<{ tenant_id: string; credentials: string }>(
      'SELECT tenant_id, credentials FROM telephony_accounts WHERE id = $1',
      [id],
    );
    const vault = new CredentialCipher([Buffer.from(OLD_KEY, 'hex')]);
    const text = vault.open(row!.credentials, { tenantId: row!.tenant_id, accountId: id })!;
    return JSON.parse(text) as { api_key: string; webhook_secret: string };
  };

  it('keep what Vapi was told to say, since calls on the line say it', async () => {
    const { id } = await add({ vapi: VAPI });
    const before = await secretsOf(id);
    expect(before.webhook_secret).toMatch(/^[0-9a-f]{64}$/);
    await admin.patch(`/telephony-accounts/${id}`, { vapi: { api_key: 'another-key' } });
    expect(await secretsOf(id)).toMatchObject({ api_key: 'another-key', webhook_secret: before.webhook_secret });
  });

  it('lose nothing of two changes at once', async () => {
    const { id } = await add({ vapi: VAPI });
    const isWaitedFor = (sessions: number) =>
      until(`${sessions} wait for the account`, async () => {
        const waiting = await database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length === sessions;
      });
    const lock = await database.lock(`SELECT FROM telephony_accounts WHERE id = '${id}' FOR NO KEY UPDATE`);
    const change = (vapi: object) => admin.patch(`/telephony-accounts/${id}`, { vapi });
    const webhook_secret = 'what-the-organisation-says';
    const first = change({ api_key: 'the-first', webhook_secret });
    await isWaitedFor(1);
    const second = change({ api_key: 'the-second' });
    await isWaitedFor(2);
    await lock.letGo();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(await secretsOf(id)).toMatchObject({ api_key: 'the-second', webhook_secret });
  });

  it.each<[object, string]>([
    [{}, 'twilio'],
    [{ twilio: TWILIO, vapi: VAPI }, 'vapi'],
    [{ twilio: { ...TWILIO, account_sid: 'AC1' } }, 'twilio.account_sid'],
    [{ twilio: { account_sid: TWILIO.account_sid } }, 'twilio.auth_token'],
    [{ twilio: { ...TWILIO, api_key_sid: `SK${'0'.repeat(32)}` } }, 'twilio.api_key_secret'],
    [{ twilio: { ...TWILIO, api_url: 'http://169.254.169.254' } }, 'twilio.api_url'],
    [{ vapi: { api_key: 'one\r\ntwo' } }, 'vapi.api_key'],
    [{ vapi: { ...VAPI, webhook_secret: 'short' } }, 'vapi.webhook_secret'],
    [{ sip: { trunk: 'sip.example' } }, 'sip'],
    [{ provider: 'sip', twilio: TWILIO }, 'provider'],
  ])('are not made of %j', async (fields, field) => {
    const { status, body } = await admin.post<{ errors: unknown }>('/telephony-accounts', { name: 'New', ...fields });
    expect([status, body.errors]).toMatchObject([422, [expect.objectContaining({ field })]]);
    expect(JSON.stringify(body)).not.toMatch(/hush|169\.254/);
  });

  it('do not change into another account: calls are looked for in the one they were placed over', async () => {
    const { id } = await add();
    const path = `/telephony-accounts/${id}`;
    const other = { ...TWILIO, account_sid: `AC${'1'.repeat(32)}` };
    expect(await admin.patch(path, { twilio: other })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'twilio.account_sid' }] },
    });
    expect(await admin.patch(path, { vapi: VAPI })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'vapi' }] },
    });
  });

  it('have names of their own, which come free with them', async () => {
    const { id, name } = await add();
    const again = () => admin.post('/telephony-accounts', { name, vapi: VAPI });
    expect(await again()).toMatchObject({ status: 409, body: { code: 'telephony_account_name_taken' } });
    const other = await add();
    expect(await admin.patch(`/telephony-accounts/${other.id}`, { name })).toMatchObject({ status: 409 });
    expect((await admin.delete(`/telephony-accounts/${id}`)).status).toBe(204);
    expect((await again()).status).toBe(201);
  });

  it('are seen by all of a tenant, changed by its admins, and nothing to anybody else', async () => {
    const { id } = await add();
    const path = `/telephony-accounts/${id}`;
    for (const role of ['user', 'viewer']) {
      const client = await member(role);
      expect((await client.get(path)).status).toBe(200);
      expect((await client.get('/caller-ids')).status).toBe(200);
      const refused = [
        await client.post('/telephony-accounts', { name: 'Mine', twilio: TWILIO }),
        await client.patch(path, { name: 'Mine' }),
        await client.delete(path),
        await client.post('/caller-ids', { phone_number: '+442079460001' }),
      ];
      for (const { status, body } of refused) expect([status, body]).toMatchObject([403, { code: 'admin_required' }]);
    }
    const stranger = api.client.as((await register(api.client)).access_token);
    expect((await stranger.get<{ telephony_accounts: [] }>('/telephony-accounts')).body.telephony_accounts).toEqual([]);
    for (const answer of [
      await stranger.get(path),
      await stranger.patch(path, { name: 'x' }),
      await stranger.delete(path),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'telephony_account_not_found' } });
    const foreign = { telephony_account_id: id };
    const errors = [{ field: 'telephony_account_id' }];
    const campaign = { name: 'c', system_prompt: 'p', voice_id: 'v', ...foreign };
    expect(await stranger.post('/campaigns', campaign)).toMatchObject({ status: 422, body: { errors } });
    const own = await createCampaign(stranger);
    expect(await stranger.patch(`/campaigns/${own.id}`, foreign)).toMatchObject({ status: 422, body: { errors } });
    const number = { phone_number: '+442079460001', ...foreign };
    expect(await stranger.post('/caller-ids', number)).toMatchObject({ status: 422, body: { errors } });
    expect(await stranger.patch(`/campaigns/${own.id}`, { telephony_account_id: NOBODYS })).toMatchObject({
      status: 422,
    });
  });

  it('are for keys that may use telephony', async () => {
    const key = async (scope: string) => {
      const { body } = await admin.post<{ secret: string }>('/api-keys', { name: scope, scopes: [scope] });
      return api.client.as(body.secret);
    };
    expect((await (await key('telephony:read')).get('/telephony-accounts')).status).toBe(200);
    expect((await (await key('campaigns:write')).get('/telephony-accounts')).status).toBe(403);
    const body = { name: 'By a program', twilio: TWILIO };
    expect((await (await key('telephony:read')).post('/telephony-accounts', body)).status).toBe(403);
    expect((await (await key('telephony:write')).post('/telephony-accounts', body)).status).toBe(201);
  });

  describe('in the database', () => {
    it('are sealed, each for itself', async () => {
      const [one, other] = [await add(), await add()];
      const rows = await database.query<{ whole: string }>(
        'SELECT to_jsonb(a)::text AS whole FROM telephony_accounts a WHERE id = ANY($1)',
        [[one.id, other.id]],
      );
      for (const { whole } of rows) {
        const bytes = Buffer.from(/v1\.[0-9a-f]{8}\.([\w-]+)/.exec(whole)![1]!, 'base64url').toString('latin1');
        expect(whole + bytes).not.toMatch(/hush|AC0000/);
      }
      expect((await opened(OLD_KEY, one.id)).name).toBe('twilio');
      await database.query(
        `UPDATE telephony_accounts SET credentials = (SELECT credentials FROM telephony_accounts WHERE id = $2)
         WHERE id = $1`,
        [one.id, other.id],
      );
      expect((await opened(OLD_KEY, one.id)).name).toBe('closed_account');
      expect((await opened(OLD_KEY, other.id)).name).toBe('twilio');
    });

    it('are gone, credentials and all, once they are deleted', async () => {
      const { id } = await add();
      await admin.post('/caller-ids', { phone_number: '+442079460077', telephony_account_id: id });
      expect((await admin.delete(`/telephony-accounts/${id}`)).status).toBe(204);
      expect((await admin.get(`/telephony-accounts/${id}`)).status).toBe(404);
      expect((await admin.delete(`/telephony-accounts/${id}`)).status).toBe(404);
      const [row] = await database.query('SELECT credentials FROM telephony_accounts WHERE id = $1', [id]);
      expect(row).toEqual({ credentials: null });
      expect(await database.query('SELECT 1 FROM caller_ids WHERE telephony_account_id = $1', [id])).toEqual([]);
    });
  });

  // Passport knows one app at a time: these come last.
  describe('under other settings', () => {
    it('open while their key is there, and are sealed anew under the first', async () => {
      const { id } = await add();
      expect((await opened(`${NEW_KEY},${OLD_KEY}`, id)).name).toBe('twilio');
      expect((await opened(NEW_KEY, id)).name).toBe('closed_account');
      const rotating = await startApi(
        testConfig(database.url, { ...ACCOUNTS_SET_UP, CREDENTIALS_KEYS: `${NEW_KEY},${OLD_KEY}` }),
      );
      const client = rotating.client.as(admin.token);
      expect((await client.patch(`/telephony-accounts/${id}`, { twilio: TWILIO })).status).toBe(200);
      await rotating.close();
      expect((await opened(NEW_KEY, id)).name).toBe('twilio');
      expect((await opened(OLD_KEY, id)).name).toBe('closed_account');
    });

    it.each([
      [{ PUBLIC_URL: 'https://dialer.example' }, /CREDENTIALS_KEYS must be set/],
      [{ CREDENTIALS_KEYS: OLD_KEY }, /PUBLIC_URL must be set/],
    ])('say what the operator has to set, with %j', async (environment, detail) => {
      const bare = await startApi(testConfig(database.url, environment));
      const answer = await bare.client.as(admin.token).post('/telephony-accounts', { name: 'x', twilio: TWILIO });
      await bare.close();
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'telephony_accounts_unavailable', detail: expect.stringMatching(detail) },
      });
    });
  });
});

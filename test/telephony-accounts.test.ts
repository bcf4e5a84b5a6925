import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/database.js';
import { CredentialVault } from '#dialer/accounts/credential-vault.js';
import { lineOf } from '#dialer/call-line.js';
import { Lines } from '#dialer/lines.js';
import { TwilioProvider } from '#telephony/twilio/twilio-provider.js';
import type { ApiClient } from './harness/api-client.js';
import { addAttempt } from './harness/furnished-campaign.js';
import { ObedientCarrier } from './harness/obedient-carrier.js';
import { createCampaign, newAdmin, register, startApi, type RunningApi } from './harness/running-api.js';
import { testConfig } from './harness/test-config.js';
import { createTestDatabase, type TestDatabase } from './harness/test-database.js';

const [OLD_KEY, NEW_KEY] = ['0a'.repeat(32), '0b'.repeat(32)] as const;
const SET_UP = { CREDENTIALS_KEYS: OLD_KEY, PUBLIC_URL: 'https://dialer.example' } as const;
const TWILIO = { account_sid: `AC${'0'.repeat(28)}beef`, auth_token: 'hush-hush-of-twilio' } as const;
const VAPI = { api_key: 'hush-hush-of-vapi-wxyz' } as const;
const NOBODYS = '00000000-0000-4000-8000-000000000000';

interface Account {
  readonly id: string;
  readonly [field: string]: unknown;
}

describe('Telephony accounts', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let admin: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, SET_UP));
    admin = await newAdmin(api.client);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  let made = 0;
  const add = async (fields: object = { twilio: TWILIO }, client = admin): Promise<Account> => {
    const name = `Account ${++made}`;
    const { status, body } = await client.post<{ telephony_account: Account }>('/telephony-accounts', {
      name,
      ...fields,
    });
    expect([status, body]).toMatchObject([201, { telephony_account: { name } }]);
    return body.telephony_account;
  };
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
  /** As a process with these keys sees them. */
  const opened = async (keys: string, accountId: string) => {
    const source = await new DataSource(dataSourceOptions(database.url, { poolSize: 1 })).initialize();
    const settings = lineOf(testConfig(database.url, { ...SET_UP, CREDENTIALS_KEYS: keys }));
    const lines = new Lines(new Database(source), new ObedientCarrier(), settings);
    return (await lines.of(accountId).finally(() => source.destroy())).provider;
  };

  it('show the end of their name with the provider, and nothing else of what was given', async () => {
    const [twilio, vapi] = [await add(), await add({ vapi: VAPI })];
    expect(twilio).toEqual({
      id: twilio.id,
      name: twilio['name'],
      provider: 'twilio',
      hint: 'beef',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(vapi).toMatchObject({ provider: 'vapi', hint: 'wxyz' });
    const list = await admin.get<{ telephony_accounts: Account[] }>('/telephony-accounts');
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

  it('keep what Vapi was told to say, since calls on the line say it', async () => {
    const { id } = await add({ vapi: VAPI });
    const secret = async () => {
      const [row] = await database.query<{ tenant_id: string; credentials: string }>(
        'SELECT tenant_id, credentials FROM telephony_accounts WHERE id = $1',
        [id],
      );
      const vault = new CredentialVault([Buffer.from(OLD_KEY, 'hex')]);
      const text = vault.open(row!.credentials, { tenantId: row!.tenant_id, accountId: id })!;
      return JSON.parse(text) as { api_key: string; webhook_secret: string };
    };
    const before = await secret();
    expect(before.webhook_secret).toMatch(/^[0-9a-f]{64}$/);
    await admin.patch(`/telephony-accounts/${id}`, { vapi: { api_key: 'another-key' } });
    expect(await secret()).toMatchObject({ api_key: 'another-key', webhook_secret: before.webhook_secret });
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
        `UPDATE telephony_accounts SET credentials = (SELECT credentials FROM telephony_accounts WHERE id = $2) WHERE id = $1`,
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

  describe('and campaigns', () => {
    it('stay as long as a campaign that is not over names them', async () => {
      const { id } = await add();
      const campaign = await createCampaign(admin, { telephony_account_id: id, from_number: '+44 20 7946 0000' });
      expect(campaign).toMatchObject({ telephony_account_id: id, from_number: '+442079460000' });
      const path = `/telephony-accounts/${id}`;
      const inUse = { status: 409, body: { code: 'telephony_account_in_use' } };
      expect(await admin.delete(path)).toMatchObject(inUse);
      await admin.post(`/campaigns/${campaign.id}/start`);
      await admin.post(`/campaigns/${campaign.id}/pause`);
      expect(await admin.delete(path)).toMatchObject(inUse);
      await database.query(`UPDATE campaigns SET status = 'completed' WHERE id = $1`, [campaign.id]);
      expect((await admin.delete(path)).status).toBe(204);
      expect(await admin.post(`/campaigns/${campaign.id}/start`)).toMatchObject({
        status: 409,
        body: { code: 'telephony_account_gone', field: 'telephony_account_id' },
      });
      expect((await admin.post(`/campaigns/${campaign.id}/preflight`)).body).toMatchObject({
        line_obstacle: { code: 'telephony_account_gone', field: 'telephony_account_id' },
      });
    });

    it('stay as long as a call over them is on the line', async () => {
      const { id } = await add();
      const campaign = await createCampaign(admin, { telephony_account_id: id, from_number: '+442079460000' });
      await admin.post(`/campaigns/${campaign.id}/contacts`, { phone_number: '+442079460123' });
      const [lead] = await database.query<{ id: string }>('SELECT id FROM leads WHERE campaign_id = $1', [campaign.id]);
      const facts = { provider: 'twilio', job: 'active', call: 'in_progress', lead: 'in_progress' };
      const { callId } = await addAttempt(database, lead!.id, facts);
      await database.query(`UPDATE calls SET telephony_account_id = $1 WHERE id = $2`, [id, callId]);
      await database.query(`UPDATE campaigns SET status = 'stopped' WHERE id = $1`, [campaign.id]);
      const path = `/telephony-accounts/${id}`;
      expect(await admin.delete(path)).toMatchObject({ status: 409, body: { code: 'telephony_account_in_use' } });
      await database.query(`UPDATE calls SET status = 'completed' WHERE id = $1`, [callId]);
      expect((await admin.delete(path)).status).toBe(204);
      expect((await admin.get(`/calls/${callId}`)).body).toMatchObject({ telephony_account_id: id });
    });

    it('want a number: of the campaign, or of the account', async () => {
      const { id } = await add();
      const campaign = await createCampaign(admin, { telephony_account_id: id });
      const start = () => admin.post(`/campaigns/${campaign.id}/start`);
      const missing = { code: 'caller_id_missing', field: 'from_number' };
      expect(await start()).toMatchObject({ status: 409, body: missing });
      expect((await admin.post(`/campaigns/${campaign.id}/preflight`)).body).toMatchObject({ line_obstacle: missing });
      await admin.post('/caller-ids', { phone_number: '+442079460001' });
      expect((await start()).status).toBe(409);
      const added = await admin.post('/caller-ids', { phone_number: '+442079460001', telephony_account_id: id });
      expect(added.status).toBe(201);
      expect((await start()).status).toBe(200);
      const running = await createCampaign(admin, {});
      await admin.post(`/campaigns/${running.id}/start`);
      const { id: empty } = await add();
      const move = (fields: object) => admin.patch(`/campaigns/${running.id}`, fields);
      expect(await move({ telephony_account_id: empty })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'from_number' }] },
      });
      expect((await move({ telephony_account_id: empty, from_number: '+442079460002' })).status).toBe(200);
      expect((await move({ telephony_account_id: null, from_number: null })).status).toBe(200);
    });

    it.each(['02079460000', 'nobody', '+44'])('do not call from %s', async (from_number) => {
      const fields = { name: 'c', system_prompt: 'p', voice_id: 'v', from_number };
      expect(await admin.post('/campaigns', fields)).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'from_number' }] },
      });
    });
  });

  describe('have caller ids', () => {
    it('that are added, capped, switched off and taken away', async () => {
      const { id: account } = await add();
      const phone_number = '+442079460099';
      const { status, body } = await admin.post<{ caller_id: Account }>('/caller-ids', {
        phone_number: '+44 20 7946 0099',
        telephony_account_id: account,
        daily_cap: 5,
      });
      const { id } = body.caller_id;
      expect([status, body.caller_id]).toEqual([
        201,
        {
          id,
          phone_number,
          telephony_account_id: account,
          daily_cap: 5,
          is_active: true,
          calls_today: 0,
          created_at: expect.any(String),
        },
      ]);
      const path = `/caller-ids/${id}`;
      expect((await admin.get(path)).body).toEqual(body);
      expect(await admin.patch(path, { is_active: false })).toMatchObject({
        status: 200,
        body: { caller_id: { is_active: false, daily_cap: 5 } },
      });
      expect(await admin.patch(path, { daily_cap: null })).toMatchObject({
        body: { caller_id: { is_active: false, daily_cap: null } },
      });
      for (const wrong of [{ daily_cap: 0 }, { is_active: null }, { phone_number }, { telephony_account_id: null }])
        expect((await admin.patch(path, wrong)).status).toBe(422);
      const again = { phone_number, telephony_account_id: account };
      expect(await admin.post('/caller-ids', again)).toMatchObject({ status: 409, body: { code: 'caller_id_exists' } });
      const stranger = await newAdmin(api.client);
      for (const answer of [await stranger.get(path), await stranger.patch(path, {}), await stranger.delete(path)])
        expect(answer).toMatchObject({ status: 404, body: { code: 'caller_id_not_found' } });
      expect((await admin.delete(path)).status).toBe(204);
      expect((await admin.get(path)).status).toBe(404);
    });

    it('of which the installation’s own provider has each once, too', async () => {
      const phone_number = '+442079460098';
      expect((await admin.post('/caller-ids', { phone_number })).status).toBe(201);
      expect(await admin.post('/caller-ids', { phone_number })).toMatchObject({ status: 409 });
      expect((await (await newAdmin(api.client)).post('/caller-ids', { phone_number })).status).toBe(201);
    });
  });

  // Passport knows one app at a time: these come last.
  describe('under other settings', () => {
    it('open while their key is there, and are sealed anew under the first', async () => {
      const { id } = await add();
      expect((await opened(`${NEW_KEY},${OLD_KEY}`, id)).name).toBe('twilio');
      expect((await opened(NEW_KEY, id)).name).toBe('closed_account');
      const rotating = await startApi(
        testConfig(database.url, { ...SET_UP, CREDENTIALS_KEYS: `${NEW_KEY},${OLD_KEY}` }),
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

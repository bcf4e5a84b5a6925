import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CredentialCipher } from '#dialer/routes/credential-cipher.js';
import type { ApiClient } from '../support/api-client.js';
import { addAttempt, type Attempt } from '../support/furnished-campaign.js';
import { createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { addAccount, ACCOUNTS_SET_UP, TWILIO, VAPI } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { signedCallback } from '../telephony/twilio/signed-webhook.js';

const UNREADABLE = { code: 'telephony_account_unreadable', field: 'telephony_account_id' };
const WITH_MODEL = { LLM_API_URL: 'http://127.0.0.1:9', LLM_MODEL: 'none' };

describe('An account whose key is lost', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let admin: ApiClient;
  let accountId: string;
  let campaignId: string;
  let call: Attempt;
  let numbers = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, { ...ACCOUNTS_SET_UP, ...WITH_MODEL }));
    admin = await newAdmin(api.client);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  beforeEach(async () => {
    ({ id: accountId } = await addAccount(admin));
    const from_number = '+442079460000';
    ({ id: campaignId } = await createCampaign(admin, { telephony_account_id: accountId, from_number }));
    const phone_number = dramaNumber((numbers += 1));
    await admin.post(`/campaigns/${campaignId}/contacts`, { phone_number });
    const [lead] = await database.query<{ id: string }>('SELECT id FROM leads WHERE campaign_id = $1', [campaignId]);
    const facts = { provider: 'twilio', job: 'active', call: 'initiated', lead: 'in_progress' };
    call = await addAttempt(database, lead!.id, facts);
    await database.query('UPDATE calls SET telephony_account_id = $1 WHERE id = $2', [accountId, call.callId]);
  });

  const keep = async (credentials: string) => {
    await database.query('UPDATE telephony_accounts SET credentials = $2 WHERE id = $1', [accountId, credentials]);
  };
  /** @returns the credentials as they were before. */
  const loseKey = async (): Promise<string> => {
    const [row] = await database.query<{ tenant_id: string; credentials: string }>(
      'SELECT tenant_id, credentials FROM telephony_accounts WHERE id = $1',
      [accountId],
    );
    const lost = new CredentialCipher([Buffer.alloc(32, 0x0f)]);
    await keep(lost.seal('{}', { tenantId: row!.tenant_id, accountId }));
    return row!.credentials;
  };
  const pathOf = (provider: string) => `/api/v1/telephony/${provider}/callbacks/${call.jobId}`;
  const tell = async (provider: string, authToken: string = TWILIO.auth_token) => {
    const fields = { CallSid: `CA${'0'.repeat(32)}`, AccountSid: TWILIO.account_sid, CallStatus: 'ringing' };
    const url = `${ACCOUNTS_SET_UP.PUBLIC_URL}${pathOf(provider)}`;
    const { headers, body } = signedCallback({ url, fields }, authToken);
    return (await fetch(`${api.client.origin}${pathOf(provider)}`, { method: 'POST', headers, body })).status;
  };

  it('is shown as one whose credentials cannot be read, and as others are again once the key is back', async () => {
    const isReadable = async () => {
      const { body } = await admin.get<{ telephony_account: object }>(`/telephony-accounts/${accountId}`);
      const list = await admin.get<{ telephony_accounts: { id: string }[] }>('/telephony-accounts');
      expect(list.body.telephony_accounts).toContainEqual(body.telephony_account);
      return (body.telephony_account as { has_readable_credentials: boolean }).has_readable_credentials;
    };
    expect(await isReadable()).toBe(true);
    const before = await loseKey();
    expect(await isReadable()).toBe(false);
    await keep(before);
    expect(await isReadable()).toBe(true);
  });

  it('has its provider send callbacks again later, which nobody can tell from forged ones for now', async () => {
    const before = await loseKey();
    expect([await tell('twilio'), await tell('twilio', 'a forged one')]).toEqual([503, 503]);
    expect([await tell('vapi'), await tell('simulator')]).toEqual([404, 404]);
    expect(await database.query('SELECT FROM call_reports WHERE call_id = $1', [call.callId])).toEqual([]);
    expect(await database.query('SELECT FROM provider_webhooks')).toEqual([]);
    await keep(before);
    expect([await tell('twilio'), await tell('twilio', 'a forged one')]).toEqual([204, 403]);
    expect(await database.query('SELECT status FROM calls WHERE id = $1', [call.callId])).toEqual([
      { status: 'ringing' },
    ]);
  });

  it('has conversations come again later, too', async () => {
    await loseKey();
    const url = `${api.client.origin}/api/v1/telephony/twilio/relay/${call.jobId}`;
    expect((await fetch(url, { headers: { 'x-twilio-signature': 'whatever' } })).status).toBe(503);
  });

  it('keeps no campaign from being prepared, and every one from being started, and says what to mend', async () => {
    await loseKey();
    const path = `/campaigns/${campaignId}`;
    expect(await admin.post(`${path}/start`)).toMatchObject({ status: 409, body: UNREADABLE });
    expect((await admin.post(`${path}/preflight`)).body).toMatchObject({ line_obstacle: UNREADABLE });
    expect((await admin.patch(path, { from_number: '+442079460002' })).status).toBe(200);
    await database.query(`UPDATE campaigns SET status = 'paused', status_reason = 'user' WHERE id = $1`, [campaignId]);
    expect(await admin.post(`${path}/resume`)).toMatchObject({ status: 409, body: UNREADABLE });
  });

  it('is nothing that a running campaign moves to', async () => {
    await loseKey();
    const { id } = await createCampaign(admin, {});
    expect((await admin.post(`/campaigns/${id}/start`)).status).toBe(200);
    const moved = { telephony_account_id: accountId, from_number: '+442079460002' };
    expect(await admin.patch(`/campaigns/${id}`, moved)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'telephony_account_id', message: expect.stringMatching(/cannot be read/) }] },
    });
  });

  it('does not hand out recordings for now, and a deleted one never again', async () => {
    await database.query(
      `INSERT INTO recordings (tenant_id, call_id, provider, source_url)
       SELECT tenant_id, id, provider, 'https://api.twilio.com/recording' FROM calls WHERE id = $1`,
      [call.callId],
    );
    const recording = () => admin.get(`/calls/${call.callId}/recording`);
    await loseKey();
    expect(await recording()).toMatchObject({
      status: 503,
      body: { code: 'recording_unavailable', detail: expect.stringMatching(/cannot be read/) },
    });
    await database.query(`UPDATE calls SET status = 'completed' WHERE id = $1`, [call.callId]);
    await database.query(`UPDATE campaigns SET status = 'completed' WHERE id = $1`, [campaignId]);
    expect((await admin.delete(`/telephony-accounts/${accountId}`)).status).toBe(204);
    expect(await recording()).toMatchObject({ status: 404, body: { code: 'recording_not_found' } });
    expect(await tell('twilio')).toBe(404);
  });

  it('takes all of its credentials anew, and says which are needed where some are missing', async () => {
    const change = (fields: object) => admin.patch(`/telephony-accounts/${accountId}`, fields);
    const mended = { telephony_account: { has_readable_credentials: true } };
    await loseKey();
    expect(await change({ name: 'Renamed meanwhile' })).toMatchObject({
      status: 200,
      body: { telephony_account: { has_readable_credentials: false } },
    });
    for (const [missing, given] of [
      ['account_sid', { auth_token: 'the-next-one' }],
      ['auth_token', { account_sid: TWILIO.account_sid }],
    ] as const)
      expect(await change({ twilio: given })).toMatchObject({
        status: 422,
        body: { errors: [{ field: `twilio.${missing}`, message: 'is required' }] },
      });
    expect(await change({ twilio: { ...TWILIO, auth_token: 'the-next-one' } })).toMatchObject({
      status: 200,
      body: mended,
    });
    expect([await tell('twilio'), await tell('twilio', 'the-next-one')]).toEqual([403, 204]);
  });

  it('is not taken for an occasion to become another account', async () => {
    await loseKey();
    const change = (account_sid: string) =>
      admin.patch(`/telephony-accounts/${accountId}`, { twilio: { ...TWILIO, account_sid } });
    expect(await change(`AC${'1'.repeat(32)}`)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'twilio.account_sid', message: expect.stringMatching(/^must stay/) }] },
    });
    expect((await change(TWILIO.account_sid)).status).toBe(200);
  });

  it('with Vapi takes no new key without the secret that went with the lost one', async () => {
    ({ id: accountId } = await addAccount(admin, { vapi: VAPI }));
    await loseKey();
    const change = (vapi: object) => admin.patch(`/telephony-accounts/${accountId}`, { vapi });
    expect(await change({ api_key: 'another-key' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'vapi.webhook_secret', message: expect.stringMatching(/^is required/) }] },
    });
    expect(await change({ api_key: 'another-key', webhook_secret: 'a-new-secret-for-it' })).toMatchObject({
      status: 200,
      body: { telephony_account: { has_readable_credentials: true, hint: '-key' } },
    });
    expect((await change({ api_key: 'the-one-after' })).status).toBe(200);
  });
});

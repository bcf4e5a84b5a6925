import type { INestApplicationContext } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_FAULTS } from '#config/simulator-faults.js';
import type { ApiClient } from '../support/api-client.js';
import { freePort } from '../support/free-port.js';
import { createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { AutoCalls } from './twilio/auto-calls.js';
import { FakeTwilio } from './twilio/fake-twilio.js';
import { ManyAccounts } from './twilio/many-accounts.js';
import { signedCallback } from './twilio/signed-webhook.js';

interface Business {
  readonly client: ApiClient;
  readonly accountId: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly from: string;
  readonly fake: FakeTwilio;
}

interface AnsweredCall {
  readonly id: string;
  readonly cost: number | null;
  readonly recording_url: string | null;
}

/** Two tenants, each with an account of its own at one Twilio, beside the simulator of the installation. */
describe('Accounts of two tenants', () => {
  let database: TestDatabase;
  let twilio: ManyAccounts;
  let api: RunningApi;
  let worker: INestApplicationContext;
  let ada: Business;
  let bob: Business;
  const opened: AutoCalls[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    twilio = await new ManyAccounts().open();
    const port = String(await freePort());
    const config = testConfig(database.url, {
      PORT: port,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      CREDENTIALS_KEYS: '0c'.repeat(32),
      TWILIO_API_URL: twilio.url,
      WORKER_CONCURRENCY: '2',
    });
    api = await startApi(config);
    worker = await startWorker(config);
    ada = await open('c', '+442079461001');
    bob = await open('b', '+442079461002');
  });

  afterEach(async () => {
    for (const autoCalls of opened.splice(0)) autoCalls.close();
    await worker.close();
    await api.close();
    for (const { fake } of [ada, bob]) fake.close();
    twilio.close();
    await database.drop();
    const violations = [ada, bob].flatMap(({ fake }) => fake.violations);
    if (violations.length > 0) throw new Error(`Against Twilio's API: ${violations.join('\n')}`);
  });

  async function open(letter: string, from: string): Promise<Business> {
    const client = await newAdmin(api.client);
    const [accountSid, authToken] = [`AC${letter.repeat(32)}`, `the-token-of-${letter}`];
    const autoCalls = new AutoCalls({ authToken, seed: letter, faults: NO_FAULTS, tempo: { ringMs: 20, talkMs: 20 } });
    opened.push(autoCalls);
    const { reply, onCall, onReport } = autoCalls;
    const fake = await new FakeTwilio({ accountSid, authToken, reply, onCall, onReport, reachedAt: twilio.url }).open();
    twilio.has(accountSid, fake);
    const added = await client.post<{ telephony_account: { id: string } }>('/telephony-accounts', {
      name: 'Ours',
      calls_per_second: 1000,
      allowed_countries: ['*'],
      twilio: { account_sid: accountSid, auth_token: authToken },
    });
    return { client, accountId: added.body.telephony_account.id, accountSid, authToken, from, fake };
  }

  async function start({ client, accountId, from }: Business, fields: object = {}, numbers = [0, 3]): Promise<string> {
    const terms = { telephony_account_id: accountId, from_number: from, first_message: 'Hello.', retry_failed: false };
    const campaign = await createCampaign(client, { ...terms, ...fields });
    const [first = 0, count = 0] = numbers;
    const contacts = Array.from({ length: count }, (_, n) => ({ phone_number: dramaNumber(first + n) }));
    await client.post(`/campaigns/${campaign.id}/contacts/bulk`, { contacts });
    expect(await client.post(`/campaigns/${campaign.id}/start`)).toMatchObject({ status: 200 });
    return campaign.id;
  }

  const statusOf = async ({ client }: Business, id: string) =>
    (await client.get<{ campaign: { status: string } }>(`/campaigns/${id}`)).body.campaign.status;
  const isOver = (business: Business, id: string) =>
    until('the campaign is over', async () => (await statusOf(business, id)) === 'completed');

  it('are called over each by its own tenant, from its own number, and heard of by its own callbacks', async () => {
    const campaigns = await Promise.all([start(ada), start(bob)]);
    await Promise.all([isOver(ada, campaigns[0]), isOver(bob, campaigns[1])]);
    for (const { fake, from, client, accountId } of [ada, bob]) {
      expect(fake.book.creates).toHaveLength(3);
      expect(
        fake.book.creates
          .flatMap(({ dialerJobId }) => fake.book.of(dialerJobId))
          .map((call) => call.terms.form.get('From')),
      ).toEqual([from, from, from]);
      const { body } = await client.get<{ items: Record<string, unknown>[] }>('/calls');
      expect(body.items).toHaveLength(3);
      for (const call of body.items)
        expect(call).toMatchObject({ telephony_account_id: accountId, from_number: from, provider: 'twilio' });
    }
    const [simulated] = await database.query(`SELECT count(*)::int AS n FROM calls WHERE provider <> 'twilio'`);
    expect(simulated).toEqual({ n: 0 });
  });

  it('are called at the pace of each, and a slow one holds up neither the other nor the installation', async () => {
    await ada.client.patch(`/telephony-accounts/${ada.accountId}`, { calls_per_second: 1 });
    const slots = { max_concurrent_calls: 40 };
    const shared = { telephony_account_id: null, from_number: null };
    const slow = await start(ada, slots, [0, 18]);
    const beside = await start(ada, { ...slots, name: 'Beside it' }, [30, 2]);
    const others = [
      await start(bob, slots, [100, 12]),
      await start(bob, { ...slots, ...shared, name: 'Over the simulator' }, [200, 12]),
    ];
    await until('all others are called', async () => {
      const called = await database.query('SELECT FROM calls WHERE campaign_id = ANY($1)', [others]);
      return called.length === 24;
    });
    const startedAt = async () => {
      const rows = await database.query<{ started_at: Date }>(
        'SELECT started_at FROM calls WHERE campaign_id = ANY($1) ORDER BY started_at',
        [[slow, beside]],
      );
      return rows.map(({ started_at }) => started_at.getTime());
    };
    expect((await startedAt()).length).toBeLessThan(20);
    await until('slow ones are called as well', async () => (await startedAt()).length >= 7);
    const times = await startedAt();
    for (const [index, at] of times.slice(2).entries()) expect(at - times[index]!).toBeGreaterThan(900);
  });

  it('do not sign for each other, nor does the installation', async () => {
    await isOver(ada, await start(ada));
    const { dialerJobId } = ada.fake.book.creates[0]!;
    const [call] = ada.fake.book.of(dialerJobId);
    const told = async (url: string, authToken: string) => {
      const report = { ...call!.reports[0]!, url };
      const { headers, body } = signedCallback(report, authToken);
      return (await fetch(url, { method: 'POST', headers, body })).status;
    };
    const { url } = call!.reports[0]!;
    expect(await told(url, ada.authToken)).toBe(204);
    expect(await told(url, bob.authToken)).toBe(403);
    expect(await told(url.replace('/twilio/', '/vapi/'), ada.authToken)).toBe(404);
    expect(await told(url.replace('/twilio/', '/simulator/'), ada.authToken)).toBe(404);
    const unknown = url.replace(dialerJobId, crypto.randomUUID());
    expect(await told(unknown, ada.authToken)).toBe(404);
  });

  it('are asked about their own calls and recordings, though the campaign has moved on', async () => {
    const campaignId = await start(ada);
    await isOver(ada, campaignId);
    await ada.client.patch(`/campaigns/${campaignId}`, { telephony_account_id: null, from_number: null });
    const answered = async () =>
      (await ada.client.get<{ items: AnsweredCall[] }>('/calls?status=completed')).body.items;
    await until('costs and recordings have come late', async () => {
      await database.query('UPDATE cost_lookups SET due_at = now()');
      const calls = await answered();
      return calls.length > 0 && calls.every(({ cost, recording_url }) => cost !== null && recording_url !== null);
    });
    const [{ id } = { id: '' }] = await answered();
    const response = await fetch(`${ada.client.origin}/api/v1/calls/${id}/recording`, {
      headers: { authorization: `Bearer ${ada.client.token}` },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/x-wav']);
    expect(ada.fake.book.creates).toHaveLength(3);
    expect(bob.fake.requests).toEqual([]);
  });

  it('are asked for costs later, as long as their credentials cannot be read', async () => {
    await isOver(ada, await start(ada));
    const [kept] = await database.query('SELECT credentials FROM telephony_accounts WHERE id = $1', [ada.accountId]);
    const keep = (credentials: unknown) =>
      database.query('UPDATE telephony_accounts SET credentials = $2 WHERE id = $1', [ada.accountId, credentials]);
    const waiting = (within: string) =>
      database.query(`SELECT FROM cost_lookups WHERE looks = 0 AND due_at > now() + interval '${within}'`);
    const looks = await database.query('SELECT FROM cost_lookups');
    expect(looks).not.toEqual([]);
    await keep('v1.00000000.AAAA');
    await database.query('UPDATE cost_lookups SET due_at = now()');
    await until('all are put off', async () => (await waiting('30 minutes')).length === looks.length);
    await keep(kept!['credentials']);
    await until('costs have come late', async () => {
      await database.query('UPDATE cost_lookups SET due_at = now()');
      return (await database.query('SELECT FROM calls WHERE cost IS NOT NULL')).length > 0;
    });
    await keep('v1.00000000.AAAA');
    await database.query(`UPDATE calls SET cost = NULL, started_at = now() - interval '8 days'`);
    await database.query(
      `INSERT INTO cost_lookups (call_id, due_at) SELECT id, now() FROM calls ON CONFLICT DO NOTHING`,
    );
    await database.query('UPDATE cost_lookups SET due_at = now()');
    await until('nobody waits for ever', async () => (await database.query('SELECT FROM cost_lookups')).length === 0);
  });

  it('take new credentials for the next call, and stop a campaign whose account refuses or does not open', async () => {
    const path = `/telephony-accounts/${ada.accountId}`;
    const twilioOf = (auth_token: string) => ({ twilio: { account_sid: ada.accountSid, auth_token } });
    await isOver(ada, await start(ada));
    await ada.client.patch(path, twilioOf('a-wrong-one'));
    const paused = await start(ada, { name: 'Again' });
    await until('it is paused', async () => (await statusOf(ada, paused)) === 'paused');
    const { body } = await ada.client.get<{ campaign: object }>(`/campaigns/${paused}`);
    expect(body.campaign).toMatchObject({ status_reason: 'provider_account' });
    await ada.client.patch(path, twilioOf(ada.authToken));
    await ada.client.post(`/campaigns/${paused}/resume`);
    await until('the campaign is over', async () => {
      await database.query(`
        UPDATE leads SET next_attempt_at = now() WHERE id IN (
          SELECT id FROM leads WHERE status = 'pending' AND next_attempt_at > now() FOR UPDATE SKIP LOCKED)`);
      return (await statusOf(ada, paused)) === 'completed';
    });
    const closed = await start(ada, { name: 'Once more', start_at: '2099-01-01T00:00:00Z' });
    await database.query(`UPDATE telephony_accounts SET credentials = 'v1.00000000.AAAA' WHERE id = $1`, [
      ada.accountId,
    ]);
    await database.query('UPDATE campaigns SET start_at = now() WHERE id = $1', [closed]);
    await until('it is paused', async () => (await statusOf(ada, closed)) === 'paused');
    expect((await ada.client.get(`/campaigns/${closed}/diagnostics`)).body).toMatchObject({
      blocked_by: [{ code: 'paused', detail: expect.stringMatching(/credentials .* cannot be read/) }],
    });
    await until('all attempts are given back', async () => {
      const tried = await database.query('SELECT 1 FROM leads WHERE campaign_id = $1 AND call_attempts > 0', [closed]);
      return tried.length === 0;
    });
    expect(ada.fake.book.creates.filter(({ callSid }) => callSid !== null)).toHaveLength(6);
  });

  it('may be another one from the next call on, and a call stays where it was placed', async () => {
    const { id } = await createCampaign(ada.client, { max_concurrent_calls: 1, retry_failed: false });
    const isCalled = async (to: string) => {
      await ada.client.post(`/campaigns/${id}/contacts`, { phone_number: to });
      // Whoever asks the simulator to be called back tomorrow keeps the campaign running.
      const { status } = await ada.client.post(`/campaigns/${id}/start`);
      expect([200, 409]).toContain(status);
      const over = 'SELECT 1 FROM calls WHERE phone_number = $1 AND ended_at IS NOT NULL';
      await until('the call is over', async () => (await database.query(over, [to])).length > 0);
    };
    await isCalled(dramaNumber(50));
    const moved = { telephony_account_id: ada.accountId, from_number: ada.from, first_message: 'Hello.' };
    expect(await ada.client.patch(`/campaigns/${id}`, moved)).toMatchObject({ status: 200 });
    await isCalled(dramaNumber(51));
    const calls = await database.query(
      `SELECT provider, telephony_account_id, from_number FROM calls ORDER BY phone_number`,
    );
    expect(calls).toEqual([
      { provider: 'simulator', telephony_account_id: null, from_number: null },
      { provider: 'twilio', telephony_account_id: ada.accountId, from_number: ada.from },
    ]);
  });
});

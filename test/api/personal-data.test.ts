import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { Retention } from '#dialer/people/retention.js';
import { Database } from '#database/connection/database.js';
import { keepWebhooks } from '#database/statements/telephony/provider-webhooks.js';
import type { CallReport } from '#rules/call/call-report.js';
import { setStage, startCampaign, type Stage } from '../engine/dialing/stage.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { createCampaign, dramaNumber } from '../support/running-api.js';
import { until } from '../support/until.js';

const NUMBER = dramaNumber(7);
const SAID = 'My name is Canarina Yellowbird and I live in Finchley.';

/** Words that may be found nowhere once their owner has been erased. */
const CANARIES = [NUMBER.slice(1), 'Canarina', 'Yellowbird', 'canarina@example.org', 'Finchley', 'door code 4711'];

const FACTS: Partial<CallReport> = {
  answeredBy: 'human',
  outcome: 'reached',
  durationSeconds: 42,
  cost: '0.1234',
  endReason: 'Canarina hung up',
  transcript: SAID,
  summary: SAID,
  messages: [{ role: 'user', text: SAID, at_seconds: 1 }] as unknown as CallReport['messages'],
  recordingUrl: 'https://carrier.example/Canarina.wav',
};

describe('People and their data', () => {
  let stage: Stage;
  let carrier: ObedientCarrier;
  beforeEach(async () => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier);
  });
  afterEach(() => stage.close());

  const erase = (phone_number = NUMBER) => stage.client.post('/people/erase', { phone_number });
  const dialed = (count: number) => until(`${count} are dialed`, async () => carrier.requests.length === count);

  async function campaignWithCanary(): Promise<string> {
    const campaign = await createCampaign(stage.client);
    const contact = {
      phone_number: NUMBER,
      first_name: 'Canarina',
      last_name: 'Yellowbird',
      email: 'canarina@example.org',
      custom_fields: { note: 'door code 4711' },
    };
    await stage.client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
      contacts: [contact, { phone_number: dramaNumber(8), first_name: 'Ada' }],
    });
    return campaign.id;
  }

  /** A file that names the canary once more. */
  async function importCanary(campaignId: string): Promise<void> {
    const response = await fetch(`${stage.client.origin}/api/v1/campaigns/${campaignId}/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.client.token}`, 'content-type': 'text/csv' },
      body: `phone,first name\n${NUMBER},Canarina\n`,
    });
    expect(response.status).toBe(202);
    await until('the file is worked off, and gone', async () => {
      const rows = await stage.database.query(`SELECT FROM import_rows`);
      return rows.length === 1 && (await stage.database.query(`SELECT FROM import_chunks`)).length === 0;
    });
  }

  /** Calls both, and lets the canary's call end with everything a carrier can tell. */
  async function callBoth(campaignId: string): Promise<string> {
    await stage.client.post(`/campaigns/${campaignId}/start`);
    await dialed(2);
    const request = carrier.requests.find(({ to }) => to === NUMBER)!;
    carrier.report(eventOf(request.dialerJobId, 'completed', FACTS));
    await until('the call has ended', async () => {
      const { body } = await stage.client.get<{ total: number }>('/calls?status=completed');
      return body.total === 1;
    });
    return request.dialerJobId;
  }

  /** Keeps a provider webhook as the provider signed it, although no adapter could read it. */
  async function keepCallback(dialerJobId: string, isJobKnown = true): Promise<void> {
    const told = { provider: 'obedient', accountId: null, dialerJobId, isJobKnown, problem: 'odd' };
    await stage.worker
      .get(Database)
      .transaction((sql) => keepWebhooks(sql, [{ ...told, body: `To=${NUMBER}&Said=Canarina`, digest: '00' }]));
  }

  /** Every table, as text, in which one of the words stands. */
  async function tablesThatSay(words: readonly string[]): Promise<string[]> {
    const tables = await stage.database.query<{ name: string }>(`
      SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`);
    const found = await Promise.all(
      tables.map(async ({ name }) => {
        const rows = await stage.database.query(`SELECT FROM ${name} t WHERE t::text ILIKE ANY($1) LIMIT 1`, [
          words.map((word) => `%${word}%`),
        ]);
        return rows.length > 0 ? [name] : [];
      }),
    );
    return found.flat();
  }

  it('erase: every word of a person goes from every table; what it cost stays', async () => {
    const campaignId = await campaignWithCanary();
    await keepCallback(await callBoth(campaignId));
    await importCanary(campaignId);
    await stage.client.post('/consents', { phone_number: NUMBER, source: 'Canarina', channel: 'web' });
    await stage.client.post('/dnc', { phone_number: NUMBER, reason: 'Canarina asked' });
    expect((await tablesThatSay(CANARIES)).length).toBeGreaterThan(5);

    const { status, body } = await erase();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      erased: { contacts: 1, calls: 1, transcripts: 1, recordings: 1, consents: 1 },
      left_with_providers: [{ provider: 'obedient', provider_call_id: expect.stringMatching(/^call-/) }],
    });
    expect(await tablesThatSay(CANARIES)).toEqual([]);
    expect((await tablesThatSay(['Ada'])).length).toBeGreaterThan(0);
    const { body: stats } = await stage.client.get(`/campaigns/${campaignId}`);
    expect(stats).toMatchObject({ campaign: { total_leads: 2, calls_completed: 1 } });
    const [call] = await stage.database.query(
      `SELECT duration_seconds, cost, phone_number FROM calls WHERE status = 'completed'`,
    );
    expect(call).toMatchObject({
      duration_seconds: 42,
      cost: '0.1234',
      phone_number: expect.stringMatching(/^\+999\d{11}$/),
    });
  });

  it('erase: nothing that their provider tells later, and nobody can apply, is kept but that it came', async () => {
    const dialerJobId = await callBoth(await campaignWithCanary());
    await erase();
    await keepCallback(dialerJobId);
    expect(await tablesThatSay(CANARIES)).toEqual([]);
    expect(await stage.database.query('SELECT body FROM provider_webhooks')).toEqual([{ body: '' }]);
  });

  it('erase: what came of a dialer job that nobody knows stays in one table alone, and goes by age', async () => {
    await callBoth(await campaignWithCanary());
    await keepCallback(crypto.randomUUID(), false);
    await erase();
    expect(await tablesThatSay(CANARIES)).toEqual(['public.provider_webhooks']);
    await stage.database.query(`UPDATE provider_webhooks SET received_at = now() - interval '31 days'`);
    await stage.worker.get(Retention).apply();
    expect(await tablesThatSay(CANARIES)).toEqual([]);
  });

  it('erase: nobody who was erased is added again, alone or among others, in any campaign', async () => {
    const campaignId = await campaignWithCanary();
    await erase();
    const add = (id: string) => stage.client.post(`/campaigns/${id}/contacts`, { phone_number: NUMBER });
    const other = await createCampaign(stage.client);
    for (const id of [campaignId, other.id]) {
      expect((await add(id)).body).toMatchObject({ status: 409, code: 'person_erased' });
    }
    const { body } = await stage.client.post(`/campaigns/${other.id}/contacts/bulk`, {
      contacts: [{ phone_number: NUMBER }, { phone_number: dramaNumber(9) }],
    });
    expect(body).toMatchObject({
      created: 1,
      suppressed: 1,
      results: [{ status: 'suppressed' }, { status: 'created' }],
    });
    expect(await tablesThatSay([NUMBER.slice(1)])).toEqual([]);
  });

  it('erase: what a carrier tells later brings nothing back', async () => {
    const jobId = await callBoth(await campaignWithCanary());
    await erase();
    const late = eventOf(jobId, 'completed', { ...FACTS, reportKey: 'late', cost: '0.2000', outcome: 'opt_out' });
    await stage.worker.get(CallRecorder).record(late);
    const [call] = await stage.database.query(
      `SELECT cost, transcript, summary, recording_url FROM calls WHERE status = 'completed'`,
    );
    expect(call).toMatchObject({ transcript: null, summary: null, recording_url: null });
    expect(await tablesThatSay(CANARIES)).toEqual([]);
    expect(await stage.database.query('SELECT FROM dnc_entries')).toEqual([]);
  });

  it('erase: not while a call is on the line; the one that only waits is taken back', async () => {
    const campaign = await startCampaign(stage, { count: 2, from: 7, max_concurrent_calls: 1 });
    await dialed(1);
    const talking = carrier.requests[0]!.to;
    expect((await erase(talking)).body).toMatchObject({ status: 409, code: 'person_on_the_line' });
    const waiting = talking === dramaNumber(7) ? dramaNumber(8) : dramaNumber(7);
    expect((await erase(waiting)).status).toBe(200);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'completed', { outcome: 'reached' }));
    await until('the campaign is over', async () => {
      const { body } = await stage.client.get<{ campaign: { status: string } }>(`/campaigns/${campaign.id}`);
      return body.campaign.status === 'completed';
    });
    expect(carrier.requests).toHaveLength(1);
  });

  it('erase: is done by admins, also of nobody, and is no way to see who is known', async () => {
    expect((await erase()).body).toMatchObject({ erased: { contacts: 0, calls: 0 } });
    expect((await erase('12')).status).toBe(422);
    await stage.database.query(`UPDATE user_profiles SET role = 'user'`);
    expect((await erase()).status).toBe(403);
    expect((await stage.client.post('/people/export', { phone_number: NUMBER })).status).toBe(403);
  });

  it('export: everything that is known of a number, and nothing of others', async () => {
    await callBoth(await campaignWithCanary());
    await stage.client.post('/consents', { phone_number: NUMBER, source: 'form', channel: 'web' });
    const { status, body } = await stage.client.post('/people/export', { phone_number: NUMBER });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      phone_number: NUMBER,
      contacts: [{ first_name: 'Canarina', custom_fields: { note: 'door code 4711' }, campaign_name: 'Renewals' }],
      calls: [{ transcript: SAID, messages: [{ text: SAID }], duration_seconds: 42 }],
      consents: [{ source: 'form' }],
      dnc_entry: null,
    });
    expect(JSON.stringify(body)).not.toContain(dramaNumber(8));
    expect((await stage.client.post('/people/export', { phone_number: dramaNumber(1) })).status).toBe(404);
  });

  it('retention: deletes recordings and transcripts when their days are over, each by its own', async () => {
    await callBoth(await campaignWithCanary());
    const retention = stage.worker.get(Retention);
    const age = (days: number) =>
      stage.worker.get(Database).transaction(async (sql) => {
        for (const table of ['recordings', 'conversations']) {
          await sql.run(
            { name: `age-${table}`, text: `UPDATE ${table} SET created_at = now() - $1 * interval '1 day'` },
            [days],
          );
        }
        await sql.run(
          {
            name: 'age-calls',
            text: `UPDATE calls SET ended_at = now() - $1 * interval '1 day' WHERE ended_at IS NOT NULL`,
          },
          [days],
        );
      });
    expect(await retention.apply()).toEqual({ recordings: 0, transcripts: 0 });
    const { body } = await stage.client.patch('/tenant', { retention: { recordings_days: 30, transcripts_days: 90 } });
    expect(body).toMatchObject({ tenant: { retention: { recordings_days: 30, transcripts_days: 90 } } });
    await age(29);
    expect(await retention.apply()).toEqual({ recordings: 0, transcripts: 0 });
    await age(31);
    expect(await retention.apply()).toEqual({ recordings: 1, transcripts: 0 });
    await age(91);
    expect(await retention.apply()).toEqual({ recordings: 0, transcripts: 1 });
    expect(await tablesThatSay(['Finchley', 'carrier.example'])).toEqual([]);
    await stage.client.patch('/tenant', { retention: { transcripts_days: null } });
    const { body: after } = await stage.client.get('/tenant');
    expect(after).toMatchObject({ tenant: { retention: { recordings_days: 30, transcripts_days: null } } });
    expect((await stage.client.patch('/tenant', { retention: { recordings_days: 0 } })).status).toBe(422);
  });

  it('retention: what came of each row of an import goes after a month, its totals stay', async () => {
    await importCanary(await campaignWithCanary());
    const retention = stage.worker.get(Retention);
    const age = (days: number) =>
      stage.database.query(`UPDATE imports SET finished_at = now() - $1 * interval '1 day'`, [days]);
    await age(29);
    await retention.apply();
    expect(await stage.database.query('SELECT FROM import_rows')).toHaveLength(1);
    await age(31);
    await retention.apply();
    expect(await stage.database.query('SELECT FROM import_rows')).toEqual([]);
    expect(await stage.database.query('SELECT FROM import_people')).toEqual([]);
    const { body } = await stage.client.get<{ items: { id: string }[] }>('/imports');
    expect(body.items).toMatchObject([{ rows_read: 1, duplicate_existing: 1 }]);
    expect((await stage.client.post(`/imports/${body.items[0]!.id}/undo`)).status).toBe(409);
  });
});

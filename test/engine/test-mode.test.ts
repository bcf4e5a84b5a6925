import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from '#rules/gate/gate.js';
import { TEST_NUMBERS } from '#rules/phone-number/test-number.js';
import type { ApiClient } from '../support/api-client.js';
import { hasMovableClock, startPostgresAt, SUNDAY_NIGHT, type MovedPostgres } from '../support/moved-clock.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { register, startApi, type RunningApi } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';

const TERMS = { name: 'Renewals', system_prompt: 'Ask whether they want to renew.', voice_id: 'aria' };
const REACHED = '+447700900102';
const OPT_OUT = '+447700900108';
const HOUR_MS = 3_600_000;

interface Call {
  readonly id: string;
  readonly phone_number: string;
  readonly outcome: string;
  readonly is_test: boolean;
  readonly provider: string;
  readonly from_number: string | null;
  readonly started_at: string;
}

interface Eligibility {
  readonly is_eligible: boolean;
  readonly code: string | null;
  readonly verdicts: readonly { code: string; is_open: boolean }[];
}

/** Campaign with one contact, in the live world or in the test world. */
interface Told {
  readonly campaignId: string;
  readonly contactId: string;
}

/** Settings that shut a gate for a new tenant: those of the tenant, those of its campaigns, and the number. */
interface Shutter {
  readonly number?: string;
  readonly campaign?: Record<string, unknown>;
  readonly shut?: (tenant: Tenant) => Promise<unknown>;
  /** Called once both campaigns have their contact. */
  readonly afterwards?: (tenant: Tenant, live: Told) => Promise<unknown>;
}

interface Tenant {
  readonly id: string;
  readonly client: ApiClient;
}

/** The live world sleeps: it is Sunday, 03:00, by the database's clock, and the rule packs hold. */
describe.skipIf(!hasMovableClock)('A test campaign on a Sunday at 03:00', () => {
  let postgres: MovedPostgres;
  let api: RunningApi;
  let worker: INestApplicationContext;
  const carrier = new ObedientCarrier();
  beforeAll(async () => {
    postgres = await startPostgresAt(SUNDAY_NIGHT);
    const config = testConfig(postgres.url, { ALLOWED_COUNTRIES: 'GB' });
    api = await startApi(config);
    worker = await startWorker(config, carrier);
  });
  afterAll(async () => {
    await worker.close();
    await api.close();
    await postgres.stop();
  });

  const newTenant = async (): Promise<Tenant> => {
    const { access_token, user } = await register(api.client);
    return { id: user.tenant_id, client: api.client.as(access_token) };
  };
  const create = async (client: ApiClient, fields: Record<string, unknown> = {}): Promise<string> => {
    const { status, body } = await client.post<{ campaign: { id: string } }>('/campaigns', { ...TERMS, ...fields });
    expect(status).toBe(201);
    return body.campaign.id;
  };
  const add = async (client: ApiClient, campaignId: string, phone_number: string): Promise<string> => {
    const path = `/campaigns/${campaignId}/contacts`;
    const { status, body } = await client.post<{ contact: { id: string } }>(path, { phone_number });
    expect(status).toBe(201);
    return body.contact.id;
  };
  const told = async (client: ApiClient, number: string, fields: Record<string, unknown> = {}): Promise<Told> => {
    const campaignId = await create(client, fields);
    return { campaignId, contactId: await add(client, campaignId, number) };
  };
  const start = (client: ApiClient, campaignId: string) => client.post(`/campaigns/${campaignId}/start`);
  const callsOf = async (client: ApiClient, campaignId: string) =>
    (await client.get<{ items: Call[] }>(`/calls?campaign_id=${campaignId}&page_size=100`)).body.items;
  const ended = (client: ApiClient, campaignId: string, count = 1) =>
    until(`${count} calls of ${campaignId} have ended`, async () => {
      const calls = (await callsOf(client, campaignId)).filter(({ outcome }) => outcome !== null);
      return calls.length >= count && calls;
    });
  const eligibility = async (client: ApiClient, { campaignId, contactId }: Told) =>
    (await client.get<Eligibility>(`/campaigns/${campaignId}/contacts/${contactId}/eligibility`)).body;
  const listed = async (client: ApiClient, query = '') =>
    (await client.get<{ items: { phone_number: string; is_test: boolean }[] }>(`/dnc${query}`)).body.items;

  it('comes to what its numbers decide, by its own simulator, and says the first words', async () => {
    const { client } = await newTenant();
    const campaignId = await create(client, { is_test: true, max_concurrent_calls: 20, from_number: '+442079460000' });
    for (const { number } of TEST_NUMBERS) await add(client, campaignId, number);
    expect((await start(client, campaignId)).status).toBe(200);
    const calls = await ended(client, campaignId, TEST_NUMBERS.length);
    const outcomes = Object.fromEntries(calls.map(({ phone_number, outcome }) => [phone_number, outcome]));
    expect(outcomes).toEqual(Object.fromEntries(TEST_NUMBERS.map(({ number, outcome }) => [number, outcome])));
    for (const call of calls)
      expect(call).toMatchObject({ is_test: true, provider: 'simulator', from_number: '+442079460000' });
    expect(carrier.requests).toEqual([]);
    const reached = calls.find(({ phone_number }) => phone_number === REACHED)!;
    const body = await until('it is known what was said', async () => {
      const call = (await client.get<Record<string, unknown>>(`/calls/${reached.id}`)).body;
      return call['first_words_said'] !== 'untold' && call;
    });
    expect(body).toMatchObject({ first_words_said: 'said', decision: { is_test: true } });
    expect(body['transcript']).toContain('automated');
  });

  it('retries when the policy says, without jitter, and calls back in an hour', async () => {
    const { client } = await newTenant();
    const campaignId = await create(client, { is_test: true });
    for (const number of ['+447700900105', '+12025550105', '+447700900109']) await add(client, campaignId, number);
    await start(client, campaignId);
    await ended(client, campaignId, 3);
    const waits = await postgres.query<{ outcome: string; ms: number }>(
      `SELECT l.outcome, round(extract(epoch FROM l.next_attempt_at
         - CASE l.outcome WHEN 'busy' THEN j.finished_at ELSE c.started_at END)
         * 1000)::float8 AS ms
       FROM leads l JOIN dialer_jobs j ON j.lead_id = l.id JOIN calls c ON c.lead_id = l.id
       WHERE l.campaign_id = $1 ORDER BY 1`,
      [campaignId],
    );
    expect(waits.map(({ outcome }) => outcome)).toEqual(['busy', 'busy', 'callback_requested']);
    expect(waits.map(({ ms }) => Math.round(ms / 100) / 10)).toEqual([300, 300, HOUR_MS / 1000]);
  });

  it('shares no row with the live world', async () => {
    const { client } = await newTenant();
    const test = await told(client, OPT_OUT, { is_test: true });
    const live = await told(client, OPT_OUT, { min_gap_seconds: 86_400 });
    await client.patch('/tenant', { frequency_cap: { attempts: 1, days: 1 } });
    await start(client, live.campaignId);
    await start(client, test.campaignId);
    await ended(client, test.campaignId);
    expect(await until('it is listed', async () => (await listed(client, '?is_test=true')).at(0))).toMatchObject({
      phone_number: OPT_OUT,
      is_test: true,
    });
    expect(await listed(client)).toEqual([]);
    const shut = (await eligibility(client, live)).verdicts.filter(({ is_open }) => !is_open).map(({ code }) => code);
    expect(shut).toEqual(['outside_window']);
    expect(await callsOf(client, live.campaignId)).toEqual([]);

    const again = await told(client, OPT_OUT, { is_test: true });
    const closed = (await eligibility(client, again)).verdicts.filter(({ is_open }) => !is_open);
    expect(closed.map(({ code }) => code)).toEqual(['campaign_not_running', 'contact_closed', 'dnc']);
    expect((await client.delete(`/dnc/${encodeURIComponent(OPT_OUT)}`)).status).toBe(404);
    const removed = await client.delete<{ contacts_released: number }>(
      `/dnc/${encodeURIComponent(OPT_OUT)}?is_test=true`,
    );
    expect(removed).toMatchObject({ status: 200, body: { contacts_released: 1 } });
  });

  it('is counted by itself, and by nobody else', async () => {
    const tenant = await newTenant();
    const { client } = tenant;
    await client.patch('/tenant', { minutes_remaining: 60 });
    const { campaignId } = await told(client, REACHED, { is_test: true });
    await start(client, campaignId);
    await ended(client, campaignId);
    const stats = await until('it is counted', async () => {
      const { body } = await client.get<Record<string, unknown>>(`/campaigns/${campaignId}/stats`);
      return (body['outcome_counts'] as Record<string, number>)['reached'] === 1 && body;
    });
    expect(stats).toMatchObject({ job_status_counts: { succeeded: 1 } });
    const [row] = await postgres.query(
      'SELECT minutes_remaining, minutes_reserved, operator_calls FROM tenants WHERE id = $1',
      [tenant.id],
    );
    expect(row).toEqual({ minutes_remaining: 60, minutes_reserved: 0, operator_calls: 0 });
  });

  describe('does not ask the gate', () => {
    const SHUTTERS: Readonly<Record<Exclude<Gate, 'dnc' | 'number_busy'>, Shutter>> = {
      number_kind: { number: '+449098790001' },
      country_not_allowed: { number: '+12025550102' },
      outside_window: {},
      no_consent: { campaign: { requires_consent: true } },
      no_disclosure: { campaign: { recording_notice: '' } },
      min_gap: {
        campaign: { min_gap_seconds: 86_400 },
        afterwards: (_, { contactId }) =>
          postgres.query('UPDATE leads SET last_called_at = now() WHERE id = $1', [contactId]),
      },
      frequency_cap: {
        shut: ({ client }) => client.patch('/tenant', { frequency_cap: { attempts: 1, days: 7 } }),
        afterwards: (_, live) => placedCall(live),
      },
      caller_ids_off: {
        shut: async ({ id }) =>
          postgres.query(
            `INSERT INTO caller_ids (tenant_id, phone_number, is_active) VALUES ($1, '+442079460000', false)`,
            [id],
          ),
      },
      caller_ids_used: {
        shut: async ({ id }) =>
          postgres.query(
            `INSERT INTO caller_ids (tenant_id, phone_number, daily_cap, used_on, used_calls)
             VALUES ($1, '+442079460000', 1, current_date + 1, 1)`,
            [id],
          ),
      },
      operator_calls_per_day: {
        shut: ({ id }) => postgres.query('UPDATE tenants SET limit_calls_per_day = 0 WHERE id = $1', [id]),
      },
      operator_concurrent_calls: {
        shut: ({ id }) => postgres.query('UPDATE tenants SET limit_concurrent_calls = 0 WHERE id = $1', [id]),
      },
    };

    /** Puts down an ended call of the live world. */
    const placedCall = ({ contactId }: Told) =>
      postgres.query(
        `WITH job AS (INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status)
           SELECT tenant_id, campaign_id, id, phone_number, 'succeeded' FROM leads WHERE id = $1 RETURNING *),
         counted AS (UPDATE leads SET call_attempts = 1 WHERE id = $1)
         INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key, status,
           provider, started_at)
           SELECT tenant_id, campaign_id, lead_id, id, 1, phone_number, phone_number, 'completed', 'obedient', now()
           FROM job`,
        [contactId],
      );

    it.each(Object.entries(SHUTTERS))('%s', async (gate, { number = REACHED, campaign = {}, shut, afterwards }) => {
      const tenant = await newTenant();
      const { client } = tenant;
      await shut?.(tenant);
      const live = await told(client, number, campaign);
      const test = await told(client, number, { ...campaign, is_test: true });
      await afterwards?.(tenant, live);
      const asked = (await eligibility(client, live)).verdicts.find(({ code }) => code === gate);
      expect(asked).toMatchObject({ is_open: false });

      const { body } = await client.post<{ contacts: Record<string, number> }>(
        `/campaigns/${test.campaignId}/preflight`,
      );
      expect(body).toMatchObject({ contacts: { now: 1, later_today: 0, later: 0, never: 0 }, line_obstacle: null });
      expect(await start(client, test.campaignId)).toMatchObject({ status: 200 });
      expect((await eligibility(client, test)).verdicts.map(({ code }) => code)).not.toContain(gate);
      await ended(client, test.campaignId);
      expect(carrier.requests).toEqual([]);
    });

    it.each([
      ['the budget', (id: string) => postgres.query('UPDATE tenants SET minutes_remaining = 0 WHERE id = $1', [id])],
      [
        "the operator's minutes",
        (id: string) => postgres.query('UPDATE tenants SET limit_minutes = 0 WHERE id = $1', [id]),
      ],
    ])('nor %s', async (_name, spend) => {
      const { id, client } = await newTenant();
      await spend(id);
      const live = await told(client, REACHED);
      const test = await told(client, REACHED, { is_test: true });
      expect((await start(client, live.campaignId)).status).toBe(409);
      expect((await start(client, test.campaignId)).status).toBe(200);
      await ended(client, test.campaignId);
    });
  });

  describe('asks', () => {
    it('the do-not-call list of tests', async () => {
      const { client } = await newTenant();
      await client.post('/dnc', { phone_number: REACHED });
      await client.post('/dnc', { phone_number: '+447700900101', is_test: true });
      const open = await told(client, REACHED, { is_test: true });
      const shut = await told(client, '+447700900101', { is_test: true });
      const live = await told(client, '+447700900101');
      expect(await listed(client)).toMatchObject([{ phone_number: REACHED, is_test: false }]);
      expect((await eligibility(client, shut)).verdicts.find(({ code }) => code === 'dnc')?.is_open).toBe(false);
      expect((await eligibility(client, live)).verdicts.find(({ code }) => code === 'dnc')?.is_open).toBe(true);
      await start(client, open.campaignId);
      await ended(client, open.campaignId);
      expect((await start(client, shut.campaignId)).status).toBe(200);
      const { body } = await client.get<{ is_listed: boolean }>(`/dnc/${encodeURIComponent(REACHED)}?is_test=true`);
      expect(body.is_listed).toBe(false);
      expect(await callsOf(client, shut.campaignId)).toEqual([]);
    });

    it('whether the number is in a call of its own world', async () => {
      const { client } = await newTenant();
      const first = await told(client, REACHED, { is_test: true });
      await start(client, first.campaignId);
      const [call] = await ended(client, first.campaignId);
      const second = await told(client, REACHED, { is_test: true });
      const live = await told(client, REACHED);
      const put = (status: string) => postgres.query('UPDATE calls SET status = $2 WHERE id = $1', [call!.id, status]);
      await put('in_progress');
      const busy = async (one: Told) =>
        (await eligibility(client, one)).verdicts.find(({ code }) => code === 'number_busy')?.is_open === false;
      expect([await busy(second), await busy(live)]).toEqual([true, false]);
      const another = (isTest: boolean, { contactId }: Told) =>
        postgres.query(
          `WITH job AS (INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status)
             SELECT tenant_id, campaign_id, id, phone_number, 'succeeded' FROM leads WHERE id = $1 RETURNING *)
           INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key,
              provider, is_test)
           SELECT tenant_id, campaign_id, lead_id, id, 9, phone_number, phone_number, 'obedient', $2 FROM job`,
          [contactId, isTest],
        );
      await expect(another(true, second)).rejects.toThrow('calls_one_live_per_number');
      await another(false, live);
      await put('completed');
    });

    it('its slots', async () => {
      const { client } = await newTenant();
      const campaignId = await create(client, { is_test: true, max_concurrent_calls: 1 });
      for (const { number } of TEST_NUMBERS.slice(0, 4)) await add(client, campaignId, number);
      await start(client, campaignId);
      await ended(client, campaignId, 4);
      const [overlap] = await postgres.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM dialer_jobs a
         JOIN dialer_jobs b ON a.campaign_id = b.campaign_id AND a.id <> b.id
         WHERE a.campaign_id = $1 AND a.created_at < b.finished_at AND b.created_at < a.finished_at`,
        [campaignId],
      );
      expect(overlap).toEqual({ n: 0 });
    });

    it.each([
      ['a pause', (client: ApiClient, id: string) => client.post(`/campaigns/${id}/pause`), 'campaign_not_running'],
      ['a stop', (client: ApiClient, id: string) => client.post(`/campaigns/${id}/stop`), 'campaign_not_running'],
      ['the kill switch', (client: ApiClient) => client.post('/tenant/kill-switch/engage'), 'kill_switch'],
    ])('%s', async (_name, halt, code) => {
      const { client } = await newTenant();
      const campaignId = await create(client, { is_test: true, max_concurrent_calls: 1 });
      const contactIds: string[] = [];
      for (let n = 11; n < 31; n++) contactIds.push(await add(client, campaignId, `+4477009001${n}`));
      await start(client, campaignId);
      await ended(client, campaignId);
      expect((await halt(client, campaignId)).status).toBe(200);
      await until('nothing is on the line', async () => {
        const live = `SELECT FROM dialer_jobs WHERE campaign_id = $1 AND check_at IS NOT NULL`;
        return (await postgres.query(live, [campaignId])).length === 0;
      });
      expect((await callsOf(client, campaignId)).length).toBeLessThan(contactIds.length);
      const last = await eligibility(client, { campaignId, contactId: contactIds.at(-1)! });
      expect(last.verdicts.filter(({ is_open }) => !is_open).map((verdict) => verdict.code)).toContain(code);
    });
  });

  it('is told apart in lists, exports and edits', async () => {
    const { client } = await newTenant();
    const test = await told(client, REACHED, { is_test: true });
    const live = await create(client);
    const idsOf = async (query: string) =>
      (await client.get<{ campaigns: { id: string }[] }>(`/campaigns${query}`)).body.campaigns.map(({ id }) => id);
    expect(await idsOf('')).toEqual([live, test.campaignId]);
    expect(await idsOf('?is_test=true')).toEqual([test.campaignId]);
    expect(await idsOf('?is_test=false')).toEqual([live]);
    expect((await client.get('/campaigns?is_test=yes')).status).toBe(422);
    await start(client, test.campaignId);
    await ended(client, test.campaignId);
    const totalOf = async (query: string) => (await client.get<{ total: number }>(`/calls${query}`)).body.total;
    expect([await totalOf(''), await totalOf('?is_test=true'), await totalOf('?is_test=false')]).toEqual([1, 1, 0]);
    const edited = await client.patch(`/campaigns/${test.campaignId}`, { is_test: false });
    expect(edited).toMatchObject({ status: 422, body: { errors: [{ field: 'is_test' }] } });
    const account = '6f9a3c1e-6c0e-4a53-9f0e-0b5d3a1f7c11';
    const named = await client.post('/campaigns', { ...TERMS, is_test: true, telephony_account_id: account });
    expect(named).toMatchObject({ status: 422, body: { errors: [{ field: 'telephony_account_id' }] } });
  });

  it('is erased with the live world', async () => {
    const { client } = await newTenant();
    const test = await told(client, OPT_OUT, { is_test: true });
    const live = await told(client, OPT_OUT);
    await start(client, test.campaignId);
    await ended(client, test.campaignId);
    await until('it is listed', async () => (await listed(client, '?is_test=true')).length > 0);
    const erased = await client.post('/people/erase', { phone_number: OPT_OUT });
    expect(erased.body).toMatchObject({ erased: { contacts: 2, calls: 1 } });
    expect(await listed(client, '?is_test=true')).toEqual([]);
    for (const { campaignId, contactId } of [test, live]) {
      const { body } = await client.get<{ contact: { phone_number: string } }>(
        `/campaigns/${campaignId}/contacts/${contactId}`,
      );
      expect(body.contact.phone_number).not.toBe(OPT_OUT);
    }
  });
});

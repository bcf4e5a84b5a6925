import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import {
  AT_ANY_HOUR,
  createCampaign,
  dramaNumber,
  newAdmin,
  startApiWithDatabase,
  type ApiWithDatabase,
} from '../support/running-api.js';
import type { TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const path = (number: string) => `/dnc/${encodeURIComponent(number)}`;

describe('Who may be called', () => {
  let database: TestDatabase;
  let api: ApiWithDatabase;
  let client: ApiClient;
  beforeAll(async () => {
    api = await startApiWithDatabase();
    ({ database } = api);
    client = await newAdmin(api.client);
  });
  afterAll(() => api.close());

  const waitingForLocks = () =>
    database.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);

  it('campaign: shows the default window, keeps what is changed, and leaves the rest', async () => {
    const campaign = await createCampaign(client, { calling_window: undefined });
    expect(campaign).toMatchObject({
      calling_window: { from: '08:00', to: '21:00' },
      blackout_dates: [],
      requires_consent: false,
    });
    const { status, body } = await client.patch(`/campaigns/${campaign.id}`, {
      calling_window: AT_ANY_HOUR,
      blackout_dates: ['2027-12-24'],
      name: 'Renamed',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      campaign: { name: 'Renamed', calling_window: AT_ANY_HOUR, blackout_dates: ['2027-12-24'], voice_id: 'aria' },
    });
    expect((await client.patch(`/campaigns/${campaign.id}`, {})).status).toBe(200);
  });

  it.each([
    [{ name: null }, 'name'],
    [{ max_concurrent_calls: 0 }, 'max_concurrent_calls'],
    [{ status: 'running' }, 'status'],
    [{ calling_window: { days: ['mon'], from: '08:00', to: '08:00' } }, 'calling_window'],
    [{ end_at: '2001-01-01T00:00:00Z' }, 'end_at'],
    [{ blackout_dates: 'tomorrow' }, 'blackout_dates'],
  ])('campaign: refuses the change %j and names the field', async (body, field) => {
    const campaign = await createCampaign(client);
    const answer = await client.patch<{ errors: { field: string }[] }>(`/campaigns/${campaign.id}`, body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, field]);
  });

  it("campaign: another tenant's cannot be changed, and its contacts' eligibility not be asked", async () => {
    const campaign = await createCampaign(client);
    const { body } = await client.post<{ contact: { id: string } }>(`/campaigns/${campaign.id}/contacts`, {
      phone_number: dramaNumber(0),
    });
    const stranger = await newAdmin(api.client);
    expect((await stranger.patch(`/campaigns/${campaign.id}`, { name: 'mine' })).status).toBe(404);
    expect((await stranger.get(`/campaigns/${campaign.id}/contacts/${body.contact.id}/eligibility`)).status).toBe(404);
    const mine = await client.get(`/campaigns/${campaign.id}/contacts/${body.contact.id}/eligibility`);
    expect(mine.body).toMatchObject({
      is_eligible: false,
      code: 'campaign_not_running',
      hours: { zones: [{ zone: 'Europe/London' }] },
    });
  });

  it('contact: takes a time zone, and refuses what is none', async () => {
    const campaign = await createCampaign(client);
    const add = (timezone: unknown) =>
      client.post<{ contact: { timezone: string } }>(`/campaigns/${campaign.id}/contacts`, {
        phone_number: dramaNumber(1),
        timezone,
      });
    expect((await add('Mars/Olympus')).status).toBe(422);
    const { status, body } = await add('Asia/Tokyo');
    expect([status, body.contact.timezone]).toEqual([201, 'Asia/Tokyo']);
  });

  it('tenant: sets a cap and a gap, and takes the cap away again', async () => {
    const patched = await client.patch('/tenant', { frequency_cap: { attempts: 7, days: 7 }, min_gap_seconds: 60 });
    expect(patched.body).toMatchObject({
      tenant: { frequency_cap: { attempts: 7, days: 7 }, min_gap_seconds: 60, uses_rule_packs: false },
    });
    const named = await client.patch('/tenant', { frequency_cap: '7_in_7_days' });
    expect(named.body).toMatchObject({ tenant: { frequency_cap: { attempts: 7, days: 7 } } });
    expect((await client.patch('/tenant', { frequency_cap: '8_in_8_days' })).status).toBe(422);
    const cleared = await client.patch('/tenant', { frequency_cap: null, min_gap_seconds: 0 });
    expect(cleared.body).toMatchObject({ tenant: { frequency_cap: null } });
    expect((await client.patch('/tenant', { frequency_cap: { attempts: 0, days: 7 } })).status).toBe(422);
    expect((await client.patch('/tenant', { frequency_cap: { attempts: 1 } })).status).toBe(422);
  });

  it.each([
    ['tenant: a gap', '/tenant', { min_gap_seconds: 5 }],
    ['tenant: a cap', '/tenant', { frequency_cap: { attempts: 1, days: 1 } }],
    ['campaign: a window', null, { calling_window: { days: ['mon'], from: '09:00', to: '10:00' } }],
  ])('%s answers once the calls that are being placed on the old terms are committed', async (_, path, body) => {
    const campaign = await createCampaign(client);
    const placing = await database.lock(`SELECT FROM campaigns WHERE id = '${campaign.id}' FOR KEY SHARE`);
    const answers: number[] = [];
    const patched = client.patch(path ?? `/campaigns/${campaign.id}`, body).then(({ status }) => answers.push(status));
    try {
      await until('it waits', async () => (await waitingForLocks()).length > 0);
      expect(answers).toEqual([]);
    } finally {
      await placing.letGo();
    }
    await patched;
    expect(answers).toEqual([200]);
  });

  it('do-not-call list: adds, lists, checks, replaces and removes, within the tenant', async () => {
    const number = dramaNumber(7);
    const added = await client.post('/dnc', { phone_number: '+44 20 7946 0007', reason: 'by email' });
    expect([added.status, added.body]).toMatchObject([
      201,
      { entry: { phone_number: number, source: 'manual', expires_at: null }, contacts_suppressed: 0 },
    ]);
    expect((await client.get('/dnc')).body).toMatchObject({ items: [{ phone_number: number }], total: 1, page: 1 });
    const stranger = await newAdmin(api.client);
    expect((await stranger.get(path(number))).body).toMatchObject({ is_listed: false, entry: null });
    expect((await stranger.delete(path(number))).status).toBe(404);
    const expires_at = '2099-01-01T00:00:00.000Z';
    expect((await client.post('/dnc', { phone_number: number, expires_at })).body).toMatchObject({
      entry: { reason: 'by email', expires_at },
    });
    expect((await client.get(path(number))).body).toMatchObject({ is_listed: true });
    expect((await client.delete(path(number))).body).toEqual({
      contacts_released: 0,
      campaigns: [],
      campaigns_total: 0,
    });
    expect((await client.get(path(number))).body).toMatchObject({ is_listed: false });
  });

  it.each([
    ['+48 0 22 123 45 01', '+48 22 123 45 01'],
    ['+48 22 123 45 02', '+48 0 22 123 45 02'],
    ['+44 (0)20 7946 0956', '+44 20 7946 0956'],
    ['+52 1 55 1234 5601', '+52 55 1234 5601'],
    ['+55 11 8765 4301', '+55 11 98765 4301'],
    ['+54 9 11 2345 6701', '+54 11 2345 6701'],
    ['+54 11 2345 6702', '+54 9 11 2345 6702'],
    ['+54 11 15 2345 6703', '+54 11 2345 6703'],
  ])('do-not-call list: %s on it keeps %s from being called', async (listed, called) => {
    const campaign = await createCampaign(client);
    await client.post('/dnc', { phone_number: listed });
    const { body } = await client.post<{ contact: { id: string } }>(`/campaigns/${campaign.id}/contacts`, {
      phone_number: called,
    });
    const { body: answer } = await client.get<{ verdicts: object[] }>(
      `/campaigns/${campaign.id}/contacts/${body.contact.id}/eligibility`,
    );
    expect(answer.verdicts).toContainEqual(expect.objectContaining({ code: 'dnc', is_open: false }));
    await database.query(`UPDATE leads SET block_code = 'dnc', status = 'suppressed' WHERE id = $1`, [body.contact.id]);
    expect((await client.delete(path(listed))).body).toMatchObject({ contacts_released: 1 });
  });

  it('do-not-call list: what a person has said, no later entry takes back', async () => {
    const number = dramaNumber(8);
    await database.query(
      `INSERT INTO dnc_entries (tenant_id, phone_number, number_key, source)
       SELECT tenant_id, $1, $1, 'opt_out' FROM campaigns LIMIT 1`,
      [number],
    );
    const { body } = await client.post('/dnc', { phone_number: number, expires_at: '2099-01-01T00:00:00Z' });
    expect(body).toMatchObject({ entry: { source: 'opt_out', expires_at: null } });
  });

  it.each([
    [{ phone_number: '12' }, 'phone_number'],
    [{}, 'phone_number'],
    [{ phone_number: dramaNumber(1), expires_at: '2001-01-01T00:00:00Z' }, 'expires_at'],
    [{ phone_number: dramaNumber(1), source: 'opt_out' }, 'source'],
  ])('do-not-call list: refuses %j', async (body, field) => {
    const answer = await client.post<{ errors: { field: string }[] }>('/dnc', body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, field]);
  });

  it('consents: are added and listed, newest first, and never changed', async () => {
    const consent = { phone_number: dramaNumber(3), source: 'form', channel: 'web', wording: 'Call me.' };
    expect((await client.post('/consents', { ...consent, given_at: '2026-01-01T00:00:00Z' })).status).toBe(201);
    expect((await client.post('/consents', { ...consent, kind: 'revoked' })).status).toBe(201);
    const listed = await client.get(`/consents?phone_number=${encodeURIComponent(dramaNumber(3))}`);
    expect(listed.body).toMatchObject({ items: [{ kind: 'revoked' }, { kind: 'given' }], total: 2 });
    await expect(database.query(`UPDATE consents SET kind = 'given'`)).rejects.toThrow('only ever added');
  });

  it.each([
    [{ channel: 'pigeon' }, 'channel'],
    [{ evidence_url: 'javascript:alert(1)' }, 'evidence_url'],
    [{ given_at: '2099-01-01T00:00:00Z' }, 'given_at'],
    [{ given_at: '2026-01-02T00:00:00Z', expires_at: '2026-01-01T00:00:00Z' }, 'expires_at'],
  ])('consents: refuses %j', async (fields, field) => {
    const body = { phone_number: dramaNumber(3), source: 'form', channel: 'web', ...fields };
    const answer = await client.post<{ errors: { field: string }[] }>('/consents', body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, field]);
  });

  it('preflight: counts who would be called when, why not, and what prompts miss', async () => {
    const campaign = await createCampaign(client, {
      system_prompt: 'Ask {{first_name}} about {{custom_fields.plan}}. {{now}}',
      blackout_dates: [],
    });
    await client.post('/dnc', { phone_number: dramaNumber(52), expires_at: '2099-01-01T00:00:00Z' });
    await client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
      contacts: [
        { phone_number: dramaNumber(50), first_name: 'Ada', custom_fields: { plan: 'basic' } },
        { phone_number: dramaNumber(51), first_name: 'Bob' },
        { phone_number: dramaNumber(52), custom_fields: { plan: '' } },
        { phone_number: '+88312345678901', first_name: 'Cyd', custom_fields: { plan: 0 } },
      ],
    });
    const { status, body } = await client.post(`/campaigns/${campaign.id}/preflight`);
    expect([status, body]).toMatchObject([
      200,
      {
        contacts: { now: 2, later_today: 0, later: 1, never: 1 },
        missing_variables: [
          { variable: 'custom_fields.plan', contacts: 2 },
          { variable: 'first_name', contacts: 1 },
          { variable: 'now', contacts: 4 },
        ],
        warnings: [{ code: 'unknown_variable', field: 'system_prompt', variable: 'now' }],
        mean_attempt_seconds: null,
        estimated_finish_at: null,
      },
    ]);
    const { reasons } = body as unknown as { reasons: { code: string; contacts: number; until: string | null }[] };
    expect(reasons.toSorted((a, b) => a.code.localeCompare(b.code))).toEqual([
      { code: 'dnc', contacts: 1, until: '2099-01-01T00:00:00.000Z' },
      { code: 'number_kind', contacts: 1, until: null },
    ]);
    const stranger = await newAdmin(api.client);
    expect((await stranger.post(`/campaigns/${campaign.id}/preflight`)).status).toBe(404);
  });

  it('start: refuses a campaign of which nobody can ever be called, and leaves it a draft', async () => {
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: '+88312345678902' });
    const { status, body } = await client.post(`/campaigns/${campaign.id}/start`);
    expect([status, body]).toMatchObject([409, { code: 'nobody_to_call' }]);
    expect((await client.get(`/campaigns/${campaign.id}`)).body).toMatchObject({ campaign: { status: 'draft' } });
    await client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(60) });
    expect((await client.post(`/campaigns/${campaign.id}/start`)).status).toBe(200);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { useObedientStage } from '../engine/dialing/obedient-stage.js';
import { startCampaign } from '../engine/dialing/stage.js';
import { eventOf } from '../support/obedient-carrier.js';
import { createCampaign, type CampaignBody } from '../support/running-api.js';
import { until } from '../support/until.js';

/** Two writings of one number, of which neither is rewritten when it is read. */
const MOBILE = '+5491155551234';
const PLAIN = '+541155551234';

/** Writings that ring one phone, with the default country that the national ones need. */
const WRITINGS = [
  [MOBILE, PLAIN, null],
  [PLAIN, '011 15 5555-1234', 'AR'],
  [MOBILE, '+54 9 11 15 5555 1234', null],
  ['+55 11 8765 4321', '+55 11 98765 4321', null],
  ['011 7123-4567', '+5511971234567', 'BR'],
  ['+52 1 55 1234 5678', '+52 55 1234 5678', null],
  ['044 55 1234 5678', '045 55 1234 5678', 'MX'],
  ['01 55 1234 5678', '+525512345678', 'MX'],
  ['+33 6 90 12 34 56', '+590 690 12 34 56', null],
  ['+229 97 12 34 56', '+229 01 97 12 34 56', null],
  ['+225 47 12 34 56', '+225 07 47 12 34 56', null],
  ['+84 120 123 4567', '+84 70 123 4567', null],
  ['+57 1 234 5678', '+57 601 234 5678', null],
  ['+241 06 12 34 56', '+241 66 12 34 56', null],
  ['+972 59 123 4567', '+970 59 123 4567', null],
  ['+377 44 123 456', '+383 44 123 456', null],
  ['+353 48 9012 3456', '+44 28 9012 3456', null],
  ['+39 0549 886377', '+378 886377', null],
  ['+997 701 234 5678', '+7 701 234 5678', null],
] as const;

describe('Writings of one number', () => {
  const stage = useObedientStage('postgres');
  const { carrier } = stage;
  beforeEach(() => stage.changeTenant());

  const add = (campaign: CampaignBody, phone_number: string, fields = {}) =>
    stage.client.post<{ contact: { id: string; phone_number: string; status: string; block_code: string | null } }>(
      `/campaigns/${campaign.id}/contacts`,
      { phone_number, ...fields },
    );
  const contactsOf = async ({ id }: CampaignBody, query = '') =>
    (
      await stage.client.get<{ items: { id: string; status: string; block_code: string; phone_number: string }[] }>(
        `/campaigns/${id}/contacts${query}`,
      )
    ).body.items;
  const whyNot = async (campaign: CampaignBody) => {
    const [contact] = await contactsOf(campaign);
    const path = `/campaigns/${campaign.id}/contacts/${contact!.id}/eligibility`;
    return (await stage.client.get<{ is_eligible: boolean; code: string | null }>(path)).body;
  };
  const dnc = (number: string) => `/dnc/${encodeURIComponent(number)}`;

  it.each(WRITINGS)('%s and %s are one person (default country %s)', async (one, other, default_country) => {
    const campaign = await createCampaign(stage.client, { default_country });
    await stage.client.patch('/tenant', { default_country });
    expect((await add(campaign, one)).status).toBe(201);
    expect((await add(campaign, other)).status).toBe(409);
    expect((await stage.client.post('/dnc', { phone_number: other })).body).toMatchObject({ contacts_suppressed: 1 });
    expect((await stage.client.get(dnc(one))).body).toMatchObject({ is_listed: true });
    expect(await contactsOf(campaign)).toMatchObject([{ status: 'suppressed', block_code: 'dnc' }]);
    const second = await createCampaign(stage.client, { default_country });
    expect((await add(second, one)).body.contact.status).toBe('suppressed');
    expect((await stage.client.delete(dnc(one))).body).toMatchObject({ contacts_released: 2 });
    expect((await stage.client.get(dnc(other))).body).toMatchObject({ is_listed: false });
  });

  it('stand once in a list of contacts, and in a file', async () => {
    const campaign = await createCampaign(stage.client);
    const bulk = await stage.client.post<{ results: { status: string }[] }>(`/campaigns/${campaign.id}/contacts/bulk`, {
      contacts: [MOBILE, PLAIN, '+442079460123'].map((phone_number) => ({ phone_number })),
    });
    expect(bulk.body.results.map(({ status }) => status)).toEqual(['created', 'duplicate', 'created']);
    const totals = await imported(
      `/campaigns/${campaign.id}/imports`,
      `phone,first name\n${PLAIN},Ana\n+525512345678,Bea\n+5215512345678,Bea\n`,
    );
    expect(totals).toMatchObject({ created: 1, duplicate_existing: 1, duplicate_in_file: 1 });
    await imported(`/campaigns/${campaign.id}/imports?on_duplicate=update`, `phone,first name\n${PLAIN},Ana\n`);
    expect(await contactsOf(campaign, '?sort=phone_number')).toMatchObject([
      { phone_number: '+442079460123' },
      { phone_number: '+525512345678' },
      { phone_number: MOBILE, first_name: 'Ana' },
    ]);
  });

  it('stand once on the do-not-call list, for as long as the longest of them', async () => {
    const totals = await imported(
      '/dnc/imports',
      `phone,expires_at\n${MOBILE},2031-01-01T00:00:00Z\n${PLAIN},2032-01-01T00:00:00Z\n`,
    );
    expect(totals).toMatchObject({ created: 1, duplicate_in_file: 1 });
    const { body } = await stage.client.get<{ total: number; items: object[] }>('/dnc');
    expect(body).toMatchObject({ total: 1, items: [{ phone_number: MOBILE, expires_at: '2032-01-01T00:00:00.000Z' }] });
  });

  it('are not called by the claim, nor eligible, while an entry in another writing stands', async () => {
    const campaign = await createCampaign(stage.client);
    await add(campaign, PLAIN);
    // As a database has it into which entries were written beside the API.
    await stage.database.query(
      `INSERT INTO dnc_entries (tenant_id, phone_number, number_key, source)
       SELECT tenant_id, $1, number_key, 'manual' FROM leads`,
      [MOBILE],
    );
    await stage.database.query(`UPDATE campaigns SET status = 'running', wake_at = NULL`);
    expect(await whyNot(campaign)).toMatchObject({ is_eligible: false, code: 'dnc' });
    await stage.database.query(`UPDATE campaigns SET wake_at = now()`);
    await until('the claim has looked', async () => (await contactsOf(campaign))[0]!.block_code === 'dnc');
    expect(await contactsOf(campaign)).toMatchObject([{ status: 'suppressed', phone_number: PLAIN }]);
    expect(carrier.requests).toEqual([]);
  });

  it('are dialed as they were written last', async () => {
    const campaign = await createCampaign(stage.client);
    const { body } = await add(campaign, PLAIN);
    await stage.client.delete(`/campaigns/${campaign.id}/contacts/${body.contact.id}`);
    expect((await add(campaign, MOBILE)).body.contact).toMatchObject({ id: body.contact.id, phone_number: MOBILE });
    await stage.client.post(`/campaigns/${campaign.id}/start`);
    await stage.dialed(1);
    expect(carrier.requests[0]).toMatchObject({ to: MOBILE });
  });

  it('have one call at a time, in whatever campaign', async () => {
    const first = await createCampaign(stage.client);
    await add(first, MOBILE);
    await stage.client.post(`/campaigns/${first.id}/start`);
    await stage.dialed(1);
    const second = await createCampaign(stage.client);
    await add(second, PLAIN);
    await stage.client.post(`/campaigns/${second.id}/start`);
    await until('the second waits', async () => (await contactsOf(second))[0]!.block_code === 'number_busy');
    expect(await whyNot(second)).toMatchObject({ is_eligible: false, code: 'number_busy' });
    const { token } = stage.client;
    expect(token).toBeTruthy();
    await expect(liveCall(PLAIN, second)).rejects.toThrow(/calls_one_live_per_number/);
    expect(carrier.requests).toHaveLength(1);
  });

  it.each([
    ['frequency_cap', { frequency_cap: { attempts: 1, days: 7 } }, {}],
    ['min_gap', { min_gap_seconds: 86_400 }, {}],
    ['min_gap', {}, { min_gap_seconds: 86_400 }],
  ])('share the %s over all campaigns: engine and eligibility agree', async (code, tenant, fields) => {
    const first = await createCampaign(stage.client, { retry_failed: false });
    await add(first, MOBILE);
    await stage.client.post(`/campaigns/${first.id}/start`);
    await stage.dialed(1);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'no_answer'));
    await stage.nothingLive();
    await stage.client.patch('/tenant', tenant);
    const second = await createCampaign(stage.client, fields);
    await add(second, PLAIN);
    expect(await whyNot(second)).toMatchObject({ is_eligible: false, code: 'campaign_not_running' });
    await stage.client.post(`/campaigns/${second.id}/start`);
    await until('it is held back', async () => (await contactsOf(second))[0]!.block_code === code);
    expect(await whyNot(second)).toMatchObject({ is_eligible: false, code });
    expect(carrier.requests).toHaveLength(1);
  });

  it('have given and taken back one consent', async () => {
    const say = (phone_number: string, kind: string, given_at: string) =>
      stage.client.post('/consents', { phone_number, kind, source: 'form', channel: 'web', given_at });
    const campaign = await createCampaign(stage.client, { requires_consent: true });
    await add(campaign, PLAIN);
    await add(campaign, '+442079460123');
    await say('+442079460123', 'given', '2026-01-01T00:00:00Z');
    await say(PLAIN, 'given', '2026-01-01T00:00:00Z');
    await say(MOBILE, 'revoked', '2026-02-01T00:00:00Z');
    await stage.client.post(`/campaigns/${campaign.id}/start`);
    await stage.dialed(1);
    expect(carrier.requests[0]).toMatchObject({ to: '+442079460123' });
    await say(MOBILE, 'given', '2026-03-01T00:00:00Z');
    await stage.dialed(2);
    const { body } = await stage.client.get<{ total: number }>(`/consents?phone_number=${encodeURIComponent(PLAIN)}`);
    expect(body.total).toBe(3);
  });

  it('are suppressed by what is said in one call', async () => {
    const [first, second] = [await startCampaign(stage, { count: 0 }), await createCampaign(stage.client)];
    await add(second, MOBILE);
    await add(first, PLAIN);
    await stage.dialed(1);
    carrier.report(eventOf(carrier.requests[0]!.dialerJobId, 'completed', { outcome: 'opt_out', answeredBy: 'human' }));
    await until('both know', async () => (await contactsOf(second))[0]!.status === 'suppressed');
    const answer = await stage.client.delete<{ code: string }>(dnc(MOBILE));
    expect(answer.body.code).toBe('opt_out_stands');
  });

  it('are found, exported, erased and kept erased together', async () => {
    const campaign = await createCampaign(stage.client);
    const other = await createCampaign(stage.client);
    await add(campaign, MOBILE, { first_name: 'Ana' });
    await add(other, PLAIN, { first_name: 'Ana' });
    await stage.client.post('/consents', { phone_number: PLAIN, source: 'form', channel: 'web' });
    expect(await contactsOf(campaign, `?q=${encodeURIComponent('+54 11 5555-1234')}`)).toHaveLength(1);
    const exported = await stage.client.post<{ contacts: object[]; consents: object[] }>('/people/export', {
      phone_number: MOBILE,
    });
    expect([exported.body.contacts.length, exported.body.consents.length]).toEqual([2, 1]);
    const audit = await stage.client.get<{ total: number }>(`/audit-log?phone_number=${encodeURIComponent(PLAIN)}`);
    expect(audit.body.total).toBeGreaterThan(0);
    const { body } = await stage.client.post<{ erased: object }>('/people/erase', { phone_number: PLAIN });
    expect(body.erased).toMatchObject({ contacts: 2, consents: 1 });
    for (const number of [MOBILE, PLAIN])
      expect((await add(campaign, number)).body).toMatchObject({ code: 'person_erased' });
    const totals = await imported(`/campaigns/${campaign.id}/imports`, `phone\n${MOBILE}\n`);
    expect(totals).toMatchObject({ created: 0, suppressed: 1 });
    const digits = await stage.database.query(
      `SELECT FROM leads WHERE number_key LIKE '%5555123%' UNION ALL SELECT FROM calls
        WHERE number_key LIKE '%5555123%'`,
    );
    expect(digits).toEqual([]);
  });

  /** Totals of a file that has been worked off. */
  async function imported(path: string, text: string): Promise<Record<string, number>> {
    const response = await fetch(`${stage.client.origin}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.client.token}`, 'content-type': 'text/csv' },
      body: text,
    });
    const { import: made } = (await response.json()) as { import: { id: string } };
    let totals: Record<string, number> = {};
    await until('the file is worked off', async () => {
      const { body } = await stage.client.get<{ import: { status: string } & Record<string, number> }>(
        `/imports/${made.id}`,
      );
      totals = body.import;
      return body.import.status === 'completed';
    });
    return totals;
  }

  /** Writes a live call as a process of this version would, past all its gates. */
  function liveCall(number: string, campaign: CampaignBody): Promise<unknown> {
    return stage.database.query(
      `WITH job AS (
         INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status, check_at)
         SELECT tenant_id, campaign_id, id, $1, 'active', now() FROM leads WHERE campaign_id = $2 RETURNING *)
       INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key, provider)
       SELECT j.tenant_id, j.campaign_id, j.lead_id, j.id, 9, $1, l.number_key, 'obedient' FROM job j
         JOIN leads l ON l.id = j.lead_id`,
      [number, campaign.id],
    );
  }
});

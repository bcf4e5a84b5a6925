import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import {
  CAMPAIGN,
  createCampaign,
  dramaNumber,
  newAdmin,
  startApiWithDatabase,
  type ApiWithDatabase,
  type CampaignBody,
} from '../support/running-api.js';

describe('Campaigns', () => {
  let api: ApiWithDatabase;
  let client: ApiClient;

  beforeAll(async () => {
    api = await startApiWithDatabase();
    client = await newAdmin(api.client);
  });

  afterAll(() => api.close());

  it('create: a draft with the defaults of the contract', async () => {
    const answer = await client.post<{ campaign: CampaignBody }>('/campaigns', CAMPAIGN);
    expect(answer.status).toBe(201);
    expect(answer.body.campaign).toMatchObject({
      ...CAMPAIGN,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'draft',
      description: null,
      max_concurrent_calls: 10,
      retry_failed: true,
      max_retries: 3,
      total_leads: 0,
      calls_completed: 0,
      calls_failed: 0,
      started_at: null,
      completed_at: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/),
    });
  });

  it('list: newest first, and only the own ones', async () => {
    const other = await newAdmin(api.client);
    const first = await createCampaign(other, { name: 'first' });
    const second = await createCampaign(other, { name: 'second' });
    const { body } = await other.get<{ campaigns: CampaignBody[] }>('/campaigns');
    expect(body.campaigns.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('get: one campaign', async () => {
    const campaign = await createCampaign(client);
    expect(await client.get(`/campaigns/${campaign.id}`)).toMatchObject({ status: 200, body: { campaign } });
  });

  it('get unknown: 404 "Campaign not found"', async () => {
    const answer = await client.get(`/campaigns/${crypto.randomUUID()}`);
    expect(answer).toMatchObject({
      status: 404,
      body: { detail: 'Campaign not found', status: 404, code: 'campaign_not_found' },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('get with an id that is no UUID: 422 that names it', async () => {
    expect(await client.get('/campaigns/17')).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'campaign_id', message: 'must be a UUID' }] },
    });
  });

  it('start: puts its contacts up for dialing', async () => {
    const campaign = await createCampaign(client);
    for (const n of [1, 2, 3])
      await client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(n) });
    const started = await client.post(`/campaigns/${campaign.id}/start`);
    expect(started).toMatchObject({ status: 200, body: { message: 'Campaign started', jobs_enqueued: 3 } });
    const { body } = await client.get<{ campaign: CampaignBody }>(`/campaigns/${campaign.id}`);
    expect(body.campaign).toMatchObject({ status: 'running', started_at: expect.any(String), total_leads: 3 });
  });

  it('start: never claims more than it has slots', async () => {
    const campaign = await createCampaign(client, { max_concurrent_calls: 2 });
    for (const n of [1, 2, 3])
      await client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(n) });
    await client.post(`/campaigns/${campaign.id}/start`);
    const { body } = await client.get(`/campaigns/${campaign.id}/stats`);
    expect(body).toMatchObject({
      job_status_counts: { queued: 2 },
      lead_status_counts: { in_progress: 2, pending: 1 },
    });
  });

  it('pause: takes back what was claimed, and says how many calls are in flight', async () => {
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(1) });
    await client.post(`/campaigns/${campaign.id}/start`);
    const paused = await client.post(`/campaigns/${campaign.id}/pause`);
    expect(paused).toMatchObject({ status: 200, body: { message: 'Campaign paused', status: 'paused', in_flight: 0 } });
    const { body } = await client.get(`/campaigns/${campaign.id}/stats`);
    expect(body).toMatchObject({ job_status_counts: { canceled: 1 }, lead_status_counts: { pending: 1 } });
  });

  it('a command needs no body, also from clients that announce JSON with every POST', async () => {
    const campaign = await createCampaign(client);
    const headers = { 'content-type': 'application/json' };
    expect((await client.post(`/campaigns/${campaign.id}/start`, undefined, { headers })).status).toBe(200);
    expect((await client.post(`/campaigns/${campaign.id}/pause`, {})).status).toBe(200);
  });

  it('resume: goes on where the pause took back', async () => {
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(1) });
    await client.post(`/campaigns/${campaign.id}/start`);
    await client.post(`/campaigns/${campaign.id}/pause`);
    expect(await client.post(`/campaigns/${campaign.id}/resume`)).toMatchObject({
      status: 200,
      body: { status: 'running' },
    });
    const { body } = await client.get(`/campaigns/${campaign.id}/stats`);
    expect(body).toMatchObject({
      job_status_counts: { canceled: 1, queued: 1 },
      lead_status_counts: { in_progress: 1 },
    });
  });

  it('stop: for good', async () => {
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/start`);
    expect(await client.post(`/campaigns/${campaign.id}/stop`)).toMatchObject({
      status: 200,
      body: { message: 'Campaign stopped', status: 'stopped', in_flight: 0 },
    });
    expect((await client.post(`/campaigns/${campaign.id}/start`)).status).toBe(409);
  });

  it('stats: counts what there is', async () => {
    const campaign = await createCampaign(client);
    const { status, body } = await client.get(`/campaigns/${campaign.id}/stats`);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        campaign_id: campaign.id,
        status: 'draft',
        job_status_counts: {},
        lead_status_counts: {},
        call_status_counts: {},
        outcome_counts: {},
        activity: 'idle',
        answer_rate: null,
        mean_duration_seconds: null,
        total_cost: 0,
        eta_seconds: null,
      },
    });
  });

  it.each([
    ['draft', [], ['pause', 'resume', 'stop']],
    ['running', ['start'], ['start', 'resume']],
    ['paused', ['start', 'pause'], ['pause']],
    ['stopped', ['start', 'stop'], ['start', 'pause', 'resume', 'stop']],
  ])('%s: what does not fit answers 409 with the current status, and changes nothing', async (status, way, refused) => {
    const campaign = await createCampaign(client);
    for (const command of way) await client.post(`/campaigns/${campaign.id}/${command}`);
    for (const command of refused) {
      expect(await client.post(`/campaigns/${campaign.id}/${command}`)).toMatchObject({
        status: 409,
        body: {
          code: 'campaign_state_conflict',
          current_status: status,
          detail: expect.stringMatching(new RegExp(`^Cannot ${command} a campaign that is ${status}: it must be \\w`)),
        },
      });
    }
    expect((await client.get(`/campaigns/${campaign.id}`)).body).toMatchObject({ campaign: { status } });
  });

  it.each(['start', 'pause', 'resume', 'stop'])('%s of an unknown campaign: 404', async (command) => {
    expect((await client.post(`/campaigns/${crypto.randomUUID()}/${command}`)).status).toBe(404);
  });

  it("another tenant's campaign does not exist", async () => {
    const campaign = await createCampaign(client);
    const stranger = await newAdmin(api.client);
    const answers = await Promise.all([
      stranger.get(`/campaigns/${campaign.id}`),
      stranger.get(`/campaigns/${campaign.id}/stats`),
      stranger.get(`/campaigns/${campaign.id}/contacts`),
      stranger.post(`/campaigns/${campaign.id}/start`),
      stranger.post(`/campaigns/${campaign.id}/contacts`, { phone_number: dramaNumber(1) }),
      stranger.post(`/campaigns/${campaign.id}/contacts/bulk`, { contacts: [{ phone_number: dramaNumber(1) }] }),
      stranger.delete(`/campaigns/${campaign.id}/contacts/${crypto.randomUUID()}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await client.get(`/campaigns/${campaign.id}`)).body).toEqual({ campaign });
  });

  it('says of each wrong field one thing', async () => {
    const { body } = await client.post('/campaigns', { name: 7, voice_id: '', max_retries: -1 });
    expect(body).toMatchObject({
      errors: [
        { field: 'name', message: 'must be a string' },
        { field: 'system_prompt', message: 'is required' },
        { field: 'voice_id', message: 'should not be empty' },
        { field: 'max_retries', message: 'must not be less than 0' },
      ],
    });
  });

  it.each([
    [{}, ['name', 'system_prompt', 'voice_id']],
    [{ ...CAMPAIGN, name: '' }, ['name']],
    [{ ...CAMPAIGN, max_concurrent_calls: 0 }, ['max_concurrent_calls']],
    [{ ...CAMPAIGN, max_concurrent_calls: '5' }, ['max_concurrent_calls']],
    [{ ...CAMPAIGN, max_concurrent_calls: null }, ['max_concurrent_calls']],
    [
      { ...CAMPAIGN, max_concurrent_calls: 1.5, max_retries: -1, retry_failed: 'yes' },
      ['max_concurrent_calls', 'max_retries', 'retry_failed'],
    ],
    [{ ...CAMPAIGN, name: 'x'.repeat(256) }, ['name']],
    [{ ...CAMPAIGN, name: 'a\u0000b' }, ['name']],
    [{ ...CAMPAIGN, default_country: 'uk' }, ['default_country']],
    [{ ...CAMPAIGN, status: 'running', tenant_id: 'x', flavour: 'mild' }, ['flavour', 'status', 'tenant_id']],
    [{ ...CAMPAIGN, calling_window: {} }, ['calling_window.days', 'calling_window.from', 'calling_window.to']],
    [
      { ...CAMPAIGN, calling_window: { days: ['mon', 'funday'], from: '8', to: '24:01' } },
      ['calling_window.days', 'calling_window.from', 'calling_window.to'],
    ],
    [{ ...CAMPAIGN, blackout_dates: ['2027-02-30'] }, ['blackout_dates']],
    [{ ...CAMPAIGN, language: 'English', voicemail_action: 'beep' }, ['language', 'voicemail_action']],
  ])('refuses to create %j and names every wrong field', async (body, fields) => {
    const answer = await client.post<{ errors: { field: string }[] }>('/campaigns', body);
    expect(answer.status).toBe(422);
    expect([...new Set(answer.body.errors.map(({ field }) => field))].sort()).toEqual(fields);
  });
});

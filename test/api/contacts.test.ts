import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import {
  createCampaign,
  dramaNumber,
  newAdmin,
  startApiWithDatabase,
  type ApiWithDatabase,
  type CampaignBody,
} from '../support/running-api.js';

interface Contact {
  readonly id: string;
  readonly phone_number: string;
  readonly [field: string]: unknown;
}

describe('Contacts', () => {
  let api: ApiWithDatabase;
  let client: ApiClient;

  beforeAll(async () => {
    api = await startApiWithDatabase();
    client = await newAdmin(api.client);
  });

  afterAll(() => api.close());

  const add = (campaign: CampaignBody, body: unknown) =>
    client.post<{ contact: Contact }>(`/campaigns/${campaign.id}/contacts`, body);

  it('add: stored in E.164, pending', async () => {
    const campaign = await createCampaign(client);
    const answer = await add(campaign, {
      phone_number: '+44 (0)20 7946-0123',
      first_name: 'Zoë',
      last_name: 'Ōtani',
      email: 'zoe@example.com',
      custom_fields: { plan: 'basic', tags: ['a', 'b'], nested: { deep: true } },
    });
    expect(answer.status).toBe(201);
    expect(answer.body.contact).toMatchObject({
      campaign_id: campaign.id,
      phone_number: '+442079460123',
      status: 'pending',
      first_name: 'Zoë',
      last_name: 'Ōtani',
      custom_fields: { plan: 'basic', tags: ['a', 'b'], nested: { deep: true } },
      call_attempts: 0,
    });
  });

  it('add: reads national numbers with the default country of the campaign, else of the tenant', async () => {
    const owner = await newAdmin(api.client);
    await owner.patch('/tenant', { default_country: 'GB' });
    const numberIn = async (fields: object) => {
      const campaign = await createCampaign(owner, { ...fields });
      const { body } = await owner.post<{ contact: Contact }>(`/campaigns/${campaign.id}/contacts`, {
        phone_number: '030 23125 123',
      });
      return body.contact?.phone_number;
    };
    expect(await numberIn({ default_country: 'DE' })).toBe('+493023125123');
    expect(await numberIn({})).toBe('+443023125123');
  });

  it('add: says that a national number needs a country', async () => {
    const campaign = await createCampaign(client);
    expect(await add(campaign, { phone_number: '020 7946 0123' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'phone_number', message: expect.stringContaining('is not a phone number') }] },
    });
  });

  it('add duplicate: 409 "Phone already exists", however it is written', async () => {
    const campaign = await createCampaign(client);
    expect((await add(campaign, { phone_number: dramaNumber(1) })).status).toBe(201);
    expect(await add(campaign, { phone_number: '+44 20-7946-0001' })).toMatchObject({
      status: 409,
      body: { detail: 'Phone already exists', code: 'phone_exists' },
    });
    const other = await createCampaign(client);
    expect((await add(other, { phone_number: dramaNumber(1) })).status).toBe(201);
  });

  it('add: one of many simultaneous ones wins', async () => {
    const campaign = await createCampaign(client);
    const answers = await Promise.all(Array.from({ length: 8 }, () => add(campaign, { phone_number: dramaNumber(1) })));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 7 }, () => 409),
    ]);
    expect((await client.get(`/campaigns/${campaign.id}`)).body).toMatchObject({ campaign: { total_leads: 1 } });
  });

  it('list paginated: newest first, every contact on exactly one page', async () => {
    const campaign = await createCampaign(client);
    for (let n = 0; n < 5; n++) await add(campaign, { phone_number: dramaNumber(n) });
    const page = async (number: number) =>
      (
        await client.get<{ items: Contact[]; total: number }>(
          `/campaigns/${campaign.id}/contacts?page=${number}&page_size=2`,
        )
      ).body;
    const pages = [await page(1), await page(2), await page(3), await page(4)];
    expect(pages.map(({ items }) => items.map(({ phone_number }) => phone_number))).toEqual([
      [dramaNumber(4), dramaNumber(3)],
      [dramaNumber(2), dramaNumber(1)],
      [dramaNumber(0)],
      [],
    ]);
    expect(pages[0]).toMatchObject({ page: 1, page_size: 2, total: 5 });
  });

  it.each([
    'page=0',
    'page=-1',
    'page=x',
    'page=1.5',
    'page=1e9',
    'page_size=0',
    'page_size=101',
    'page=1&page=2',
    'pages=1',
  ])('list refuses ?%s with a 422 that names the parameter', async (query) => {
    const campaign = await createCampaign(client);
    const answer = await client.get<{ errors: { field: string }[] }>(`/campaigns/${campaign.id}/contacts?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]?.field).toBe(query.split('=')[0]);
  });

  it('remove: gone from the list and from dialing, and comes back when added again', async () => {
    const campaign = await createCampaign(client);
    const { body } = await add(campaign, { phone_number: dramaNumber(1), first_name: 'Ada' });
    const path = `/campaigns/${campaign.id}/contacts/${body.contact.id}`;
    expect((await client.delete(path)).status).toBe(204);
    expect(await client.delete(path)).toMatchObject({ status: 404, body: { detail: 'Contact not found' } });
    expect((await client.get(`/campaigns/${campaign.id}/contacts`)).body).toMatchObject({ items: [], total: 0 });
    expect(await client.post(`/campaigns/${campaign.id}/start`)).toMatchObject({ body: { jobs_enqueued: 0 } });
    const again = await add(campaign, { phone_number: dramaNumber(1), first_name: 'Grace' });
    expect(again).toMatchObject({ status: 201, body: { contact: { id: body.contact.id, first_name: 'Grace' } } });
  });

  it('remove: takes a contact back that was claimed already', async () => {
    const campaign = await createCampaign(client);
    const { body } = await add(campaign, { phone_number: dramaNumber(1) });
    await client.post(`/campaigns/${campaign.id}/start`);
    await client.delete(`/campaigns/${campaign.id}/contacts/${body.contact.id}`);
    expect((await client.get(`/campaigns/${campaign.id}/stats`)).body).toMatchObject({
      job_status_counts: { canceled: 1 },
      lead_status_counts: { removed: 1 },
    });
  });

  it('add to a running campaign: claimed at once', async () => {
    const campaign = await createCampaign(client);
    await client.post(`/campaigns/${campaign.id}/start`);
    await add(campaign, { phone_number: dramaNumber(1) });
    expect((await client.get(`/campaigns/${campaign.id}/stats`)).body).toMatchObject({
      job_status_counts: { queued: 1 },
    });
  });

  it('bulk: judges each by itself, and the counts add up', async () => {
    const campaign = await createCampaign(client, { default_country: 'GB' });
    const { body: first } = await add(campaign, { phone_number: dramaNumber(1) });
    const { body: removed } = await add(campaign, { phone_number: dramaNumber(2) });
    await client.delete(`/campaigns/${campaign.id}/contacts/${removed.contact.id}`);
    const answer = await client.post(`/campaigns/${campaign.id}/contacts/bulk`, {
      contacts: [
        { phone_number: '020 7946 0010' },
        { phone_number: dramaNumber(1) },
        { phone_number: dramaNumber(2), first_name: 'back' },
        { phone_number: '+442079460010' },
        { phone_number: 'n/a' },
        { first_name: 'nobody' },
        { phone_number: dramaNumber(3), nickname: 'x' },
      ],
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        created: 1,
        revived: 1,
        duplicate: 2,
        invalid: 3,
        suppressed: 0,
        results: [
          { index: 0, status: 'created', contact_id: expect.any(String) },
          { index: 1, status: 'duplicate', detail: 'Phone already exists' },
          { index: 2, status: 'revived', contact_id: removed.contact.id },
          { index: 3, status: 'duplicate', detail: 'the number stands earlier in this list, at index 0' },
          {
            index: 4,
            status: 'invalid',
            detail: expect.stringMatching(/^phone_number: is not a phone number: it is empty; write it/),
          },
          { index: 5, status: 'invalid', detail: expect.stringContaining('phone_number') },
          { index: 6, status: 'invalid', detail: 'nickname: is not a known field' },
        ],
      },
    });
    const { body } = await client.get<{ total: number }>(`/campaigns/${campaign.id}/contacts`);
    expect(body.total).toBe(3);
    expect(first.contact.phone_number).toBe(dramaNumber(1));
  });

  it.each([
    [{}],
    [{ contacts: [] }],
    [{ contacts: 'x' }],
    [{ contacts: [1] }],
    [{ contacts: Array.from({ length: 1001 }, () => ({})) }],
  ])('bulk refuses a body that is no list of 1 to 1,000 contacts (case %#)', async (body) => {
    const campaign = await createCampaign(client);
    const answer = await client.post<{ errors: { field: string }[] }>(`/campaigns/${campaign.id}/contacts/bulk`, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]?.field).toMatch(/^contacts/);
  });

  it.each([
    [{ phone_number: 'abc' }, 'phone_number'],
    [{ phone_number: 447700900123 }, 'phone_number'],
    [{}, 'phone_number'],
    [{ phone_number: dramaNumber(9), email: 'nope' }, 'email'],
    [{ phone_number: dramaNumber(9), custom_fields: [] }, 'custom_fields'],
    [{ phone_number: dramaNumber(9), custom_fields: { a: 'nul\u0000' } }, 'custom_fields'],
    [{ phone_number: dramaNumber(9), custom_fields: { a: '\ud800' } }, 'custom_fields'],
    [{ phone_number: dramaNumber(9), first_name: 'x'.repeat(101) }, 'first_name'],
    [{ phone_number: dramaNumber(9), status: 'completed' }, 'status'],
  ])('add refuses %j', async (body, field) => {
    const campaign = await createCampaign(client);
    const answer = await add(campaign, body);
    expect(answer.status).toBe(422);
    expect((answer.body as unknown as { errors: { field: string }[] }).errors.map((error) => error.field)).toContain(
      field,
    );
    expect((await client.get(`/campaigns/${campaign.id}/contacts`)).body).toMatchObject({ total: 0 });
  });
});

import { DATA_NOTICE } from '#rules/template/template-values.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import {
  createCampaign,
  dramaNumber,
  newAdmin,
  startApiWithDatabase,
  type ApiWithDatabase,
} from '../support/running-api.js';
import type { TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

interface Warned {
  readonly warnings: readonly { code: string; field: string; variable: string | null; message: string }[];
}

const TEXTS = {
  system_prompt: 'Ask {{name}} about {{plan}}, {{Größe}} and {{custom_fields.Order number}}. {"a": {"b": 1}}',
  first_message: 'Hi {{first_name}}, hello {{last_name | "friend"}}! {oops} {{',
};
const ADA = {
  first_name: 'Ada',
  custom_fields: { plan: '{{basic}}', 'Order number': 'A-17', Größe: 'XL' },
};

describe('Variables of a campaign', () => {
  let database: TestDatabase;
  let api: ApiWithDatabase;
  let client: ApiClient;

  beforeAll(async () => {
    api = await startApiWithDatabase();
    ({ database } = api);
    client = await newAdmin(api.client);
  });

  afterAll(() => api.close());

  const contactIn = async (campaignId: string, fields: Record<string, unknown>) => {
    const at = `/campaigns/${campaignId}/contacts`;
    return until('the contact is added', async () => {
      const { status, body } = await client.post<{ contact: { id: string } }>(at, fields);
      return status === 503 ? undefined : body.contact.id;
    });
  };
  const codesOf = ({ warnings }: Warned) => warnings.map(({ code, field, variable }) => [code, field, variable]);

  it('that nobody knows are told at create, at change, before and at the start', async () => {
    const created = await client.post<Warned & { campaign: { id: string } }>('/campaigns', {
      name: 'c',
      voice_id: 'v',
      system_prompt: 'Ask {{frist_name}} about {{custom_fields.plan}}.',
      first_message: 'Hi {first_name}',
    });
    expect(codesOf(created.body)).toEqual([
      ['unknown_variable', 'system_prompt', 'frist_name'],
      ['malformed_variable', 'first_message', 'first_name'],
    ]);
    expect(created.body.warnings[0]!.message).toContain('did you mean {{first_name}}');
    const at = `/campaigns/${created.body.campaign.id}`;
    await contactIn(created.body.campaign.id, { phone_number: dramaNumber(1) });
    const changed = await client.patch<Warned>(at, { first_message: 'Hi {{first_name}}' });
    const both = [
      ['unknown_variable', 'system_prompt', 'frist_name'],
      ['unknown_variable', 'system_prompt', 'custom_fields.plan'],
    ];
    expect(codesOf(changed.body)).toEqual(both);
    expect(codesOf((await client.post<Warned>(`${at}/preflight`)).body)).toEqual(both);
    expect(codesOf((await client.post<Warned>(`${at}/start`)).body)).toEqual(both);
    await client.post(`${at}/pause`);
    expect(codesOf((await client.post<Warned>(`${at}/resume`)).body)).toEqual(both);
    const clean = await client.patch<Warned>(at, { system_prompt: 'Ask {{first_name | them}}.' });
    expect(clean.body.warnings).toEqual([]);
  });

  it('are shown as one contact would hear them', async () => {
    const campaign = await createCampaign(client, TEXTS);
    const id = await contactIn(campaign.id, { phone_number: dramaNumber(2), ...ADA });
    const { status, body } = await client.post<Warned>(`/campaigns/${campaign.id}/render`, { contact_id: id });
    expect([status, body]).toMatchObject([
      200,
      {
        campaign_id: campaign.id,
        contact_id: id,
        system_prompt: `${DATA_NOTICE}\n\nAsk ⟦Ada⟧ about ⟦((basic))⟧, ⟦XL⟧ and ⟦A-17⟧. {"a": {"b": 1} }`,
        first_message: 'Hi Ada, hello friend!',
        missing: ['last_name', 'oops'],
        unknown: ['oops'],
      },
    ]);
    expect(codesOf(body)).toEqual([
      ['malformed_variable', 'first_message', 'oops'],
      ['unknown_variable', 'first_message', 'oops'],
      ['malformed_variable', 'first_message', null],
    ]);
    expect(await client.get(`/campaigns/${campaign.id}`)).toMatchObject({ body: { campaign: TEXTS } });
  });

  it('are shown of nobody else: 404 for a contact of another campaign, a removed one, another tenant', async () => {
    const [one, other] = [await createCampaign(client, TEXTS), await createCampaign(client, TEXTS)];
    const id = await contactIn(one.id, { phone_number: dramaNumber(3), ...ADA });
    const render = (who: ApiClient, campaignId: string, contact_id: unknown) =>
      who.post(`/campaigns/${campaignId}/render`, { contact_id });
    expect(await render(client, other.id, id)).toMatchObject({ status: 404, body: { code: 'contact_not_found' } });
    const stranger = await newAdmin(api.client);
    expect(await render(stranger, one.id, id)).toMatchObject({ status: 404, body: { code: 'campaign_not_found' } });
    const own = await createCampaign(stranger, TEXTS);
    expect(await render(stranger, own.id, id)).toMatchObject({ status: 404, body: { code: 'contact_not_found' } });
    await client.delete(`/campaigns/${one.id}/contacts/${id}`);
    expect(await render(client, one.id, id)).toMatchObject({ status: 404, body: { code: 'contact_not_found' } });
    for (const nothing of [undefined, null, 'x', 1]) {
      const refused = { status: 422, body: { errors: [{ field: 'contact_id' }] } };
      expect(await render(client, one.id, nothing)).toMatchObject(refused);
    }
  });

  it('are counted before the start where contacts have no value and no fallback stands in', async () => {
    const campaign = await createCampaign(client, {
      system_prompt: '{{name}} {{order_number}} {{custom_fields.bill.due}} {{Größe}} {{email | none}} {{nothing}}',
    });
    const bulk = {
      contacts: [
        { phone_number: dramaNumber(10), last_name: 'Bo', custom_fields: { 'Order number': 1, bill: { due: 'x' } } },
        { phone_number: dramaNumber(11), custom_fields: { 'Order number': ' ', 'bill.due': 'y', Größe: [] } },
        { phone_number: dramaNumber(12), custom_fields: { 'order-number': 'z', name: 'Cy', groesse: 1, GRÖSSE: 2 } },
      ],
    };
    await until('they are added', async () => {
      return (await client.post(`/campaigns/${campaign.id}/contacts/bulk`, bulk)).status === 200;
    });
    const { body } = await client.post<Warned>(`/campaigns/${campaign.id}/preflight`);
    expect(body).toMatchObject({
      missing_variables: [
        { variable: 'Größe', contacts: 2 },
        { variable: 'custom_fields.bill.due', contacts: 1 },
        { variable: 'name', contacts: 1 },
        { variable: 'nothing', contacts: 3 },
        { variable: 'order_number', contacts: 1 },
      ],
    });
    expect(codesOf(body)).toEqual([['unknown_variable', 'system_prompt', 'nothing']]);
  });

  it('are judged by the newest and the oldest contacts, however many there are', async () => {
    const campaign = await createCampaign(client);
    await database.query(
      `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key, custom_fields, created_at)
       SELECT tenant_id, id, '+1' || n, '+1' || n, jsonb_build_object('f' || n / 1000, 1),
         now() + n * interval '1 second'
       FROM campaigns, generate_series(1, 3000) n WHERE id = $1`,
      [campaign.id],
    );
    const { body } = await client.patch<Warned>(`/campaigns/${campaign.id}`, { system_prompt: '{{f0}} {{f1}} {{f3}}' });
    expect(body.warnings.map(({ variable }) => variable)).toEqual(['f1']);
  });
});

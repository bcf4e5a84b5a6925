import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, ApiClient } from '../support/api-client.js';
import { createCampaign, dramaNumber, newAdmin, register, startApi, type RunningApi } from '../support/running-api.js';
import { ACCOUNTS_SET_UP, addAccount, TWILIO } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { field: string; message: string }[];
  readonly [fact: string]: unknown;
}

interface BulkBody {
  readonly results: readonly { status: string; detail?: string; contact_id?: string }[];
}

describe('What the API says', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let client: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
    client = await newAdmin(api.client);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const contactsOf = async () => `/campaigns/${(await createCampaign(client)).id}/contacts`;

  const messageOf = ({ status, body }: Answer<Problem>, field = 'phone_number'): string => {
    expect([status, body.errors?.map((error) => error.field)]).toEqual([422, [field]]);
    return body.errors![0]!.message;
  };

  const CONSENT = { source: 'web form', channel: 'web', wording: 'Please call me.' };

  describe('of a number in national form, 030 123456', () => {
    const NATIONAL = '030 123456';
    const INTO_PATH = encodeURIComponent(NATIONAL);

    it.each<[string, string, (number: string) => Promise<Answer<Problem>>]>([
      ['a contact', 'campaign', async (phone_number) => client.post(await contactsOf(), { phone_number })],
      ['a do-not-call entry', 'tenant', (phone_number) => client.post('/dnc', { phone_number })],
      ['a check of the list', 'tenant', () => client.get(`/dnc/${INTO_PATH}`)],
      ['a removal from it', 'tenant', () => client.delete(`/dnc/${INTO_PATH}`)],
      ['a consent', 'tenant', (phone_number) => client.post('/consents', { phone_number, ...CONSENT })],
      ['a list of consents', 'tenant', () => client.get(`/consents?phone_number=${INTO_PATH}`)],
      ['an erasure', 'tenant', (phone_number) => client.post('/people/erase', { phone_number })],
      ['an export of a person', 'tenant', (phone_number) => client.post('/people/export', { phone_number })],
      ['the audit log', 'tenant', () => client.get(`/audit-log?phone_number=${INTO_PATH}`)],
    ])('%s: which countries would read it, and where to set one (%s)', async (_door, source, send) => {
      const message = messageOf(await send(NATIONAL));
      expect(message).toMatch(
        /national form; give it .*\(\+49… in DE, \+39… in IT\), or set .*\(DE, IT would read it\)/,
      );
      expect(message).toContain(source);
      expect(message).toContain('default_country');
    });

    it.each<[string, string, () => Promise<Answer<Problem>>]>([
      ['a caller id', 'phone_number', () => client.post('/caller-ids', { phone_number: NATIONAL })],
      [
        'the number of a campaign',
        'from_number',
        () => client.post('/campaigns', { name: 'x', system_prompt: 'x', voice_id: 'x', from_number: NATIONAL }),
      ],
    ])('%s: which codes it may want, since no country is asked there', async (_door, field, send) => {
      expect(messageOf(await send(), field)).toMatch(/national form; give it .*\(\+49… in DE, \+39… in IT\)$/);
    });

    it('in a bulk: of the first ones, and of all how to write it', async () => {
      const contacts = Array.from({ length: 200 }, (_, n) => ({ phone_number: `030 ${100_000 + n}` }));
      const { body } = await client.post<BulkBody>(`${await contactsOf()}/bulk`, { contacts });
      const details = body.results.map(({ detail }) => detail!);
      expect(details[0]).toMatch(/\+49… in DE.*default_country of the campaign or the tenant \(DE, IT would read it\)/);
      expect(
        details.filter((detail) => /national form; .*code.*default_country of the campaign/.test(detail)),
      ).toHaveLength(200);
      expect(details.at(-1)).not.toContain('DE');
    });

    it('is that of another country than the default one, whose country is named', async () => {
      const owner = await newAdmin(api.client);
      await owner.patch('/tenant', { default_country: 'GB' });
      const answer = await owner.post<Problem>('/dnc', { phone_number: NATIONAL });
      expect(messageOf(answer)).toMatch(/^is not a phone number of GB, the default country; give it .*\+49… in DE/);
    });
  });

  describe('of what is there already', () => {
    it('is which contact has the number', async () => {
      const contacts = await contactsOf();
      const { body } = await client.post<{ contact: { id: string } }>(contacts, { phone_number: dramaNumber(1) });
      const again = await client.post<Problem>(contacts, { phone_number: '+44 (0)20 7946 0001' });
      const { detail, contact_id } = again.body;
      expect([again.status, detail, contact_id]).toEqual([409, 'Phone already exists', body.contact.id]);
    });

    it('is which contact has it, in a bulk and in its own rows', async () => {
      const contacts = await contactsOf();
      const { body } = await client.post<{ contact: { id: string } }>(contacts, { phone_number: dramaNumber(1) });
      const numbers = [dramaNumber(2), '+44 20 7946 0001', '+44 20 7946 0002', '+44 20 7946 0001'];
      const bulk = await client.post<BulkBody>(`${contacts}/bulk`, {
        contacts: numbers.map((phone_number) => ({ phone_number })),
      });
      const [created, ...others] = bulk.body.results;
      const earlier = (index: number) => `the number stands earlier in this list, at index ${index}`;
      expect(others).toEqual([
        { index: 1, status: 'duplicate', detail: 'Phone already exists', contact_id: body.contact.id },
        { index: 2, status: 'duplicate', detail: earlier(0), contact_id: created!.contact_id },
        { index: 3, status: 'duplicate', detail: earlier(1), contact_id: body.contact.id },
      ]);
    });

    it("is which user of one's own has an email, and of no other tenant's", async () => {
      const owner = await register(api.client);
      const invite = (as: ApiClient, email: string) => as.post<Problem>('/users/invitations', { email, role: 'user' });
      const own = await invite(api.client.as(owner.access_token), owner.user.email);
      expect([own.status, own.body['user_id']]).toEqual([409, owner.user.id]);
      expect(own.body.detail).toContain(`user ${owner.user.id} of your tenant`);
      const others = await invite(client, owner.user.email);
      expect([others.status, 'user_id' in others.body]).toEqual([409, false]);
      expect(JSON.stringify(others.body)).not.toContain(owner.user.id);
    });

    it('is which telephony account has a name, which campaigns use it, and which caller id a number is', async () => {
      const account = await addAccount(client);
      const conflict = { status: 409, body: { telephony_account_id: account.id } };
      const other = await addAccount(client);
      const { name } = account as unknown as { name: string };
      expect(await client.post('/telephony-accounts', { name, twilio: TWILIO })).toMatchObject(conflict);
      expect(await client.patch(`/telephony-accounts/${other.id}`, { name })).toMatchObject(conflict);
      const number = { phone_number: '+442079460500', telephony_account_id: account.id };
      const { body } = await client.post<{ caller_id: { id: string } }>('/caller-ids', number);
      expect(await client.post('/caller-ids', number)).toMatchObject({
        status: 409,
        body: { code: 'caller_id_exists', caller_id: body.caller_id.id },
      });
      const { id } = await createCampaign(client, { telephony_account_id: account.id });
      expect(await client.delete(`/telephony-accounts/${account.id}`)).toMatchObject({
        status: 409,
        body: { code: 'telephony_account_in_use', campaign_ids: [id] },
      });
    });
  });

  describe('of what somebody may not', () => {
    it('is which scope the key lacks, and which it has', async () => {
      const made = await client.post<{ secret: string }>('/api-keys', { name: 'reader', scopes: ['calls:read'] });
      const program = api.client.as(made.body.secret);
      const { status, body } = await program.post<Problem>('/dnc', { phone_number: dramaNumber(1) });
      expect([status, body]).toMatchObject([403, { required_scope: 'dnc:write', scopes: ['calls:read'] }]);
      expect(body.detail).toMatch(/lacks dnc:write and has calls:read; an admin makes one/);
      const never = await program.get<Problem>('/users');
      expect(never).toMatchObject({ status: 403, body: { required_scope: null, scopes: ['calls:read'] } });
      expect(never.body.detail).toMatch(/no scope opens it, log in as a user/);
    });

    it.each([
      ['viewer', 'POST', '/dnc', 'read_only', 'user'],
      ['viewer', 'GET', '/users', 'admin_required', 'admin'],
      ['user', 'GET', '/users', 'admin_required', 'admin'],
    ])('is which role a %s would need for %s %s', async (role, method, path, code, required_role) => {
      const owner = await register(api.client);
      const admin = api.client.as(owner.access_token);
      const email = `person-${crypto.randomUUID()}@example.com`;
      const { body: invited } = await admin.post<{ link: string }>('/users/invitations', { email, role });
      const token = new URL(invited.link).searchParams.get('token') ?? new URL(invited.link).hash.split('=').at(-1)!;
      const joined = await api.client.post<{ access_token: string }>('/auth/invitations/accept', {
        token,
        password: 'correct horse battery',
      });
      const body = method === 'POST' ? { body: { phone_number: dramaNumber(1) } } : {};
      const answer = await api.client.as(joined.body.access_token).request<Problem>(method, path, body);
      expect(answer).toMatchObject({ status: 403, body: { code, role, required_role } });
    });
  });

  describe('of a start that calls nobody', () => {
    const start = (id: string) => client.post<Problem & { note: string | null }>(`/campaigns/${id}/start`);

    it('is that the campaign has no contacts, and how they are added', async () => {
      const { body, status } = await start((await createCampaign(client)).id);
      expect([status, body]).toMatchObject([200, { message: 'Campaign started', jobs_enqueued: 0 }]);
      expect(body.note).toMatch(/^It has no contacts, .* add them \(POST \/campaigns\/\{campaign_id\}\/contacts/);
    });

    it('is nothing where there is somebody to call', async () => {
      const { id } = await createCampaign(client);
      await client.post(`/campaigns/${id}/contacts`, { phone_number: dramaNumber(1) });
      expect((await start(id)).body).toMatchObject({ jobs_enqueued: 1, note: null });
    });

    it('is what has become of its contacts where none waits', async () => {
      const { id } = await createCampaign(client);
      await client.post(`/campaigns/${id}/contacts`, { phone_number: dramaNumber(2) });
      await client.post('/dnc', { phone_number: dramaNumber(2) });
      const { body } = await start(id);
      expect(body.note).toMatch(/^None of its contacts waits to be called \(1 suppressed\): add others, .*redial/);
    });

    it('is where the reasons are where all who wait are blocked', async () => {
      const { id } = await createCampaign(client);
      await client.post(`/campaigns/${id}/contacts`, { phone_number: '+88312345678902' });
      const { status, body } = await start(id);
      expect([status, body.code]).toEqual([409, 'nobody_to_call']);
      expect(body.detail).toMatch(/POST \/campaigns\/\{campaign_id\}\/preflight/);
    });

    it('is in which states it may be started', async () => {
      const { id } = await createCampaign(client);
      await client.post(`/campaigns/${id}/start`);
      await client.post(`/campaigns/${id}/stop`);
      const { status, body } = await start(id);
      expect([status, body.detail]).toEqual([
        409,
        'Cannot start a campaign that is stopped: it must be draft or scheduled or paused or completed',
      ]);
    });
  });
});

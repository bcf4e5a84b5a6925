import { createHash } from 'node:crypto';
import type { ApiClient } from '../../support/api-client.js';
import { createCampaign, dramaNumber, PASSWORD, type Registered } from '../../support/running-api.js';
import { addAccount, TWILIO } from '../../support/telephony-account.js';
import type { TestDatabase } from '../../support/test-database.js';
import { settleTenant, type SettledTenant } from '../../security/tenants.js';
import type { Hints } from './values.js';

/** Values that a request needs to succeed: ids in its path, fields of its body, another user's token. */
export interface Means {
  readonly ids?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly token?: string;
}

/** A tenant that requests are made to, with something of every kind that a path may name. */
export class Stage {
  private made = 0;

  private constructor(
    private readonly client: ApiClient,
    private readonly database: TestDatabase,
    private readonly tenant: SettledTenant,
    private readonly me: Registered['user'],
  ) {}

  static async set(client: ApiClient, database: TestDatabase): Promise<Stage> {
    const tenant = await settleTenant(client, database, 0);
    await database.query(
      `INSERT INTO conversations (tenant_id, call_id, messages)
       VALUES ($1, $2, '[{"role": "agent", "text": "Hello.", "seconds_from_start": 0}]')`,
      [tenant.id, tenant.ids['call_id']],
    );
    await record(tenant, database);
    await tenant.admin.patch('/tenant', { uses_rule_packs: false, default_country: 'GB' });
    const { body } = await tenant.admin.get<Registered['user']>('/auth/me');
    return new Stage(client, database, tenant, body);
  }

  get token(): string {
    return this.tenant.admin.token!;
  }

  get ids(): Readonly<Record<string, string>> {
    return this.tenant.ids;
  }

  readonly hints: Hints = {
    phone_number: () => this.number(),
    from_number: () => null,
    email: () => `person-${crypto.randomUUID()}@example.com`,
    timezone: () => 'Europe/London',
    default_country: () => 'GB',
    language: () => 'en-GB',
    allowed_countries: () => ['GB', 'IE'],
    telephony_account_id: () => this.ids['telephony_account_id'],
    campaign_id: () => this.ids['campaign_id'],
    contact_id: () => this.ids['contact_id'],
    subject_id: () => this.ids['campaign_id'],
    status: () => 'completed',
    outcome: () => 'reached',
    given_at: () => '2025-03-01T09:00:00Z',
    expires_at: () => '2033-03-01T09:00:00Z',
    start_at: () => null,
    end_at: () => '2033-03-31T18:00:00+02:00',
    voicemail_action: () => 'hangup',
    mapping: () => '{"phone_number":"phone_number"}',
    setup_token: () => 'none',
    is_active: () => true,
    role: () => 'user',
  };

  /** Makes what the operation needs to succeed; null: it needs nothing that the stage has not. */
  async means(operationId: string): Promise<Means> {
    return (await this.ways[operationId]?.()) ?? {};
  }

  private readonly ways: Readonly<Record<string, () => Promise<Means>>> = {
    'POST /auth/login': async () => ({ body: { email: this.me.email, password: PASSWORD } }),
    'POST /auth/refresh': async () => ({ body: { refresh_token: (await this.session()).refresh_token } }),
    'POST /auth/logout': async () => ({ token: (await this.session()).access_token }),
    'DELETE /auth/sessions': async () => ({ token: this.tenant.user.token! }),
    'DELETE /auth/sessions/{session_id}': async () => ({ ids: { session_id: await this.otherSession() } }),
    'POST /auth/password': async () => ({ body: { current_password: PASSWORD, new_password: PASSWORD } }),
    'POST /auth/password/reset': async () => ({ body: { token: await this.resetToken(), new_password: PASSWORD } }),
    'POST /auth/invitations/accept': async () => ({ body: { token: (await this.invitation()).token } }),
    'DELETE /users/invitations/{invitation_id}': async () => ({
      ids: { invitation_id: (await this.invitation()).id },
    }),
    'PATCH /users/{user_id}': async () => ({ body: { name: 'Grace' } }),
    'DELETE /api-keys/{api_key_id}': async () => ({ ids: { api_key_id: await this.apiKey() } }),
    'POST /people/erase': async () => ({ body: { phone_number: (await this.contact()).phone_number } }),
    'POST /people/export': async () => ({ body: { phone_number: (await this.contact()).phone_number } }),
    'PATCH /tenant': async () => ({ body: { minutes_remaining: null, uses_rule_packs: false } }),
    'PATCH /campaigns/{campaign_id}': async () => ({ ids: await this.campaign(), body: CALM }),
    'POST /campaigns': async () => ({ body: CALM }),
    'POST /campaigns/{campaign_id}/start': async () => ({ ids: await this.dialable() }),
    'POST /campaigns/{campaign_id}/pause': async () => ({ ids: await this.campaign('start') }),
    'POST /campaigns/{campaign_id}/resume': async () => ({ ids: await this.campaign('start', 'pause') }),
    'POST /campaigns/{campaign_id}/stop': async () => ({ ids: await this.campaign('start') }),
    'POST /campaigns/{campaign_id}/redial': async () => ({
      ids: await this.givenUp(),
      body: { outcomes: ['no_answer'] },
    }),
    'POST /campaigns/{campaign_id}/contacts': async () => ({ ids: await this.campaign() }),
    'POST /campaigns/{campaign_id}/contacts/bulk': async () => ({ ids: await this.campaign() }),
    'PATCH /campaigns/{campaign_id}/contacts/{contact_id}': async () => ({ ids: (await this.contact()).ids }),
    'DELETE /campaigns/{campaign_id}/contacts/{contact_id}': async () => ({ ids: (await this.contact()).ids }),
    'POST /campaigns/{campaign_id}/imports': async () => ({ ids: await this.campaign() }),
    'POST /imports/{import_id}/cancel': async () => ({ ids: { import_id: await this.import() } }),
    'POST /imports/{import_id}/undo': async () => ({ ids: { import_id: await this.canceledImport() } }),
    'DELETE /dnc/{phone_number}': async () => ({ ids: { phone_number: await this.listed() } }),
    'POST /telephony-accounts': async () => ({ body: { name: crypto.randomUUID(), twilio: TWILIO } }),
    'PATCH /telephony-accounts/{telephony_account_id}': async () => ({
      ids: { telephony_account_id: (await addAccount(this.tenant.admin)).id },
      body: { name: crypto.randomUUID(), twilio: TWILIO },
    }),
    'DELETE /telephony-accounts/{telephony_account_id}': async () => ({
      ids: { telephony_account_id: (await addAccount(this.tenant.admin)).id },
    }),
    'POST /caller-ids': async () => ({ body: { telephony_account_id: (await addAccount(this.tenant.admin)).id } }),
    'DELETE /caller-ids/{caller_id}': async () => ({ ids: { caller_id: await this.callerId() } }),
  };

  /** Returns a new number each time, as far as there are numbers that ring no phone. */
  private number(): string {
    return dramaNumber(1 + (this.made++ % 998));
  }

  private async post<Body>(path: string, body?: unknown): Promise<Body> {
    const answer = await this.tenant.admin.post<Body>(path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  private session(): Promise<Registered> {
    return this.client
      .post<Registered>('/auth/login', { email: this.me.email, password: PASSWORD })
      .then(({ body }) => body);
  }

  private async otherSession(): Promise<string> {
    await this.session();
    const { body } = await this.tenant.admin.get<{ sessions: { id: string; is_current: boolean }[] }>('/auth/sessions');
    return body.sessions.find(({ is_current }) => !is_current)!.id;
  }

  private async resetToken(): Promise<string> {
    const token = `x${crypto.randomUUID()}`;
    const hash = createHash('sha256').update(token).digest();
    await this.database.query(
      `INSERT INTO one_time_links (tenant_id, token_hash, purpose, user_id, email, expires_at)
       VALUES ($1, $2, 'password_reset', $3, 'x@example.com', now() + interval '1 hour')`,
      [this.tenant.id, hash, await this.viewerId()],
    );
    return token;
  }

  private async viewerId(): Promise<string> {
    const { body } = await this.tenant.admin.get<{ users: { id: string; role: string }[] }>('/users');
    return body.users.find(({ role }) => role === 'viewer')!.id;
  }

  private async invitation(): Promise<{ id: string; token: string }> {
    const email = `person-${crypto.randomUUID()}@example.com`;
    const made = await this.post<{ link: string; invitation: { id: string } }>('/users/invitations', {
      email,
      role: 'user',
    });
    return { id: made.invitation.id, token: new URLSearchParams(new URL(made.link).hash.slice(1)).get('token')! };
  }

  private async apiKey(): Promise<string> {
    const made = await this.post<{ api_key: { id: string } }>('/api-keys', { name: 'x', scopes: ['calls:read'] });
    return made.api_key.id;
  }

  private async campaign(...steps: readonly string[]): Promise<{ campaign_id: string }> {
    const { id } = await createCampaign(this.tenant.admin);
    if (steps.length > 0) await this.makeDialable(id);
    for (const step of steps) await this.post(`/campaigns/${id}/${step}`);
    return { campaign_id: id };
  }

  private async makeDialable(campaignId: string): Promise<void> {
    await this.post('/tenant/kill-switch/release', {});
    await this.tenant.admin.patch('/tenant', { minutes_remaining: null });
    await this.post(`/campaigns/${campaignId}/contacts`, { phone_number: this.number() });
  }

  private async dialable(): Promise<{ campaign_id: string }> {
    const { campaign_id } = await this.campaign();
    await this.makeDialable(campaign_id);
    return { campaign_id };
  }

  private async contact(): Promise<{ phone_number: string; ids: { campaign_id: string; contact_id: string } }> {
    const { campaign_id } = await this.campaign();
    const phone_number = this.number();
    const { contact } = await this.post<{ contact: { id: string } }>(`/campaigns/${campaign_id}/contacts`, {
      phone_number,
    });
    return { phone_number, ids: { campaign_id, contact_id: contact.id } };
  }

  private async givenUp(): Promise<{ campaign_id: string }> {
    const { ids } = await this.contact();
    await this.makeDialable(ids.campaign_id);
    await this.post(`/campaigns/${ids.campaign_id}/start`);
    await this.database.query(`UPDATE leads SET status = 'exhausted', outcome = 'no_answer' WHERE campaign_id = $1`, [
      ids.campaign_id,
    ]);
    await this.database.query(`UPDATE campaigns SET status = 'completed', completed_at = now() WHERE id = $1`, [
      ids.campaign_id,
    ]);
    return { campaign_id: ids.campaign_id };
  }

  private async import(): Promise<string> {
    const { campaign_id } = await this.campaign();
    const { body } = await this.tenant.admin.request<{ import: { id: string } }>(
      'POST',
      `/campaigns/${campaign_id}/imports`,
      { rawBody: 'phone_number\n+442079460999\n', headers: { 'content-type': 'text/csv' } },
    );
    return body.import.id;
  }

  private async canceledImport(): Promise<string> {
    const id = await this.import();
    await this.post(`/imports/${id}/cancel`);
    return id;
  }

  private async listed(): Promise<string> {
    const phone_number = this.number();
    await this.post('/dnc', { phone_number });
    return phone_number;
  }

  private async callerId(): Promise<string> {
    const { id: telephony_account_id } = await addAccount(this.tenant.admin);
    const body = { phone_number: this.number(), telephony_account_id };
    return (await this.post<{ caller_id: { id: string } }>('/caller-ids', body)).caller_id.id;
  }
}

/** Gives the call a recording of the simulator, which has one of those that were answered alone. */
async function record({ id, admin, ids }: SettledTenant, database: TestDatabase): Promise<void> {
  for (let key = 0; key < 100; key++) {
    const url = `simulator:recordings/sim_${String(key).padStart(16, '0')}_1790000000000_30_600`;
    await database.query(
      `INSERT INTO recordings (tenant_id, call_id, provider, source_url) VALUES ($1, $2, 'simulator', $3)
       ON CONFLICT (call_id) DO UPDATE SET source_url = $3`,
      [id, ids['call_id'], url],
    );
    if ((await admin.get(`/calls/${ids['call_id']}/recording`)).status === 200) return;
  }
  throw new Error('None of 100 simulated calls has a recording');
}

/** Fields of a campaign that hang together in ways that no schema says. */
const CALM = { start_at: null, first_message: 'Hello.', disclosure: null, recording_notice: null } as const;

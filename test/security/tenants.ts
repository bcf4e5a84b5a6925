import type { Scope } from '#rules/access/scope.js';
import { dramaNumber, createCampaign, PASSWORD, register, type Registered } from '../support/running-api.js';
import type { ApiClient } from '../support/api-client.js';
import { addAccount } from '../support/telephony-account.js';
import type { TestDatabase } from '../support/test-database.js';

/** A tenant with one row of each kind, and a user in each role. Its API is set up for telephony accounts. */
export interface SettledTenant {
  readonly id: string;
  readonly admin: ApiClient;
  readonly user: ApiClient;
  readonly viewer: ApiClient;
  /** Ids under the names of path parameters. */
  readonly ids: Readonly<Record<string, string>>;
  /** A client that speaks with a new API key. */
  keyOf(scopes: readonly Scope[]): Promise<ApiClient>;
}

export async function settleTenant(client: ApiClient, database: TestDatabase, from: number): Promise<SettledTenant> {
  const { access_token, user } = await register(client);
  const admin = client.as(access_token);
  const created = await createCampaign(admin);
  const join = joiner(client, admin);
  const [colleague, viewer] = [await join('user'), await join('viewer')];
  const ids = {
    campaign_id: created.id,
    user_id: colleague.user.id,
    phone_number: dramaNumber(from),
    ...(await addThings(admin, { campaignId: created.id, number: dramaNumber(from) })),
  };
  const call_id = await addCall(database, ids.contact_id);
  return {
    id: user.tenant_id,
    admin,
    user: client.as(colleague.access_token),
    viewer: client.as(viewer.access_token),
    ids: { ...ids, call_id },
    keyOf: async (scopes) => client.as((await newKey(admin, scopes)).secret),
  };
}

function joiner(client: ApiClient, admin: ApiClient): (role: string) => Promise<Registered> {
  return async (role) => {
    const email = `person-${crypto.randomUUID()}@example.com`;
    const { link } = await made<{ link: string }>(admin, '/users/invitations', { email, role });
    const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token');
    return made<Registered>(client, '/auth/invitations/accept', { token, password: PASSWORD });
  };
}

async function addThings(admin: ApiClient, { campaignId, number }: { campaignId: string; number: string }) {
  const { contact } = await made<{ contact: { id: string } }>(admin, `/campaigns/${campaignId}/contacts`, {
    phone_number: number,
  });
  const { invitation } = await made<{ invitation: { id: string } }>(admin, '/users/invitations', {
    email: `person-${crypto.randomUUID()}@example.com`,
    role: 'viewer',
  });
  const started = await admin.request<{ import: { id: string } }>('POST', `/campaigns/${campaignId}/imports`, {
    rawBody: 'phone_number\n+442079460999\n',
    headers: { 'content-type': 'text/csv' },
  });
  await made(admin, '/dnc', { phone_number: number });
  const { sessions } = (await admin.get<{ sessions: { id: string }[] }>('/auth/sessions')).body;
  const { id: api_key_id } = (await newKey(admin, ['calls:read'])).api_key;
  const { id: telephony_account_id } = await addAccount(admin);
  const { caller_id } = await made<{ caller_id: { id: string } }>(admin, '/caller-ids', {
    phone_number: number,
    telephony_account_id,
  });
  return {
    contact_id: contact.id,
    invitation_id: invitation.id,
    import_id: started.body.import.id,
    session_id: sessions[0]!.id,
    api_key_id,
    telephony_account_id,
    caller_id: caller_id.id,
  };
}

function newKey(admin: ApiClient, scopes: readonly Scope[]): Promise<{ secret: string; api_key: { id: string } }> {
  return made(admin, '/api-keys', { name: 'Dashboard', scopes });
}

async function made<Body>(client: ApiClient, path: string, body: unknown): Promise<Body> {
  const answer = await client.post<Body>(path, body);
  if (answer.status === 201) return answer.body;
  throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/** An ended call with a recording, as the worker leaves it. */
async function addCall(database: TestDatabase, contactId: string): Promise<string> {
  const [call] = await database.query<{ id: string }>(
    `WITH job AS (
       INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status, publishes, finished_at)
       SELECT tenant_id, campaign_id, id, phone_number, 'succeeded', 1, now() FROM leads WHERE id = $1 RETURNING *)
     INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key, status,
       outcome, provider, started_at,
       ended_at, recording_url)
     SELECT tenant_id, campaign_id, lead_id, id, 1, phone_number, phone_number, 'completed', 'reached', 'simulator',
       now(), now(), 'simulator:x'
     FROM job RETURNING id`,
    [contactId],
  );
  return call!.id;
}

import { randomBytes } from 'node:crypto';
import type { Config } from '#config/config.js';
import { createApp } from '../../apps/api/src/create-app.js';
import { ApiClient } from './api-client.js';
import { testConfig } from './test-config.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface RunningApi {
  /** Speaks to it without a token. */
  readonly client: ApiClient;
  close(): Promise<void>;
}

/** The real API, listening on the port of its configuration (0: any that is free). */
export async function startApi(config: Config): Promise<RunningApi> {
  const app = await createApp(config);
  await app.listen(config.port, '127.0.0.1');
  return { client: new ApiClient(await app.getUrl()), close: () => app.close() };
}

export interface ApiWithDatabase extends RunningApi {
  readonly database: TestDatabase;
}

/** Starts the API on a database of its own; to close it drops the database. */
export async function startApiWithDatabase(): Promise<ApiWithDatabase> {
  const database = await createTestDatabase();
  const api = await startApi(testConfig(database.url));
  return { client: api.client, database, close: () => api.close().then(() => database.drop()) };
}

export interface Registered {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly user: { id: string; email: string; tenant_id: string; role: string; business_name: string };
}

export const PASSWORD = 'correct horse battery';

/** A new business and its admin. */
export async function register(client: ApiClient): Promise<Registered> {
  const email = `user-${randomBytes(6).toString('hex')}@example.com`;
  const { body, status } = await client.post<Registered>('/auth/register', {
    email,
    password: PASSWORD,
    name: 'Ada',
    business_name: 'Example Voice Ltd',
  });
  if (status !== 201) throw new Error(`Registering answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/**
 * A client that speaks as a new business's admin. What the law says of the hour is left out of account: tests run at
 * night.
 */
export async function newAdmin(client: ApiClient): Promise<ApiClient> {
  const admin = client.as((await register(client)).access_token);
  const { status } = await admin.patch('/tenant', { uses_rule_packs: false });
  if (status !== 200) throw new Error(`Switching rule packs off answered ${status}`);
  return admin;
}

export const AT_ANY_HOUR = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  from: '00:00',
  to: '24:00',
} as const;

/** Makes a window that opens in about twelve hours. A test that runs over the end of an hour still finds it closed. */
export function closedNow() {
  const hour = (offset: number) => `${String((new Date().getUTCHours() + offset) % 24).padStart(2, '0')}:00`;
  return { ...AT_ANY_HOUR, from: hour(12), to: hour(14) };
}

export const CAMPAIGN = {
  name: 'Renewals',
  system_prompt: 'Ask whether they want to renew their plan.',
  calling_window: AT_ANY_HOUR,
  voice_id: 'aria',
} as const;

export interface CampaignBody {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

/** A draft campaign, with whatever `fields` say beside the least that it needs. */
export async function createCampaign(client: ApiClient, fields: Record<string, unknown> = {}): Promise<CampaignBody> {
  const { body, status } = await client.post<{ campaign: CampaignBody }>('/campaigns', { ...CAMPAIGN, ...fields });
  if (status !== 201) throw new Error(`Creating a campaign answered ${status}: ${JSON.stringify(body)}`);
  return body.campaign;
}

/** The n-th of a thousand London numbers that Ofcom keeps for drama. */
export function dramaNumber(n: number): string {
  return `+442079460${String(n).padStart(3, '0')}`;
}

import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ApiClient, type Answer } from '../../support/api-client.js';

export interface ImportLook {
  readonly status: string;
  readonly percent: number;
  readonly created: number;
  readonly rows_per_second: number | null;
}

export interface Login {
  readonly email: string;
  readonly password: string;
}

/** The API as a campaign's owner uses it. */
export class BenchApi {
  private constructor(private readonly client: ApiClient) {}

  static async register(origin: string): Promise<{ api: BenchApi; login: Login }> {
    const login = {
      email: `bench-${randomBytes(6).toString('hex')}@example.com`,
      password: randomBytes(12).toString('hex'),
    };
    const owner = { ...login, name: 'Bench', business_name: 'Example Voice Ltd' };
    const api = await enter(origin, '/auth/register', owner);
    succeeded(await api.client.patch('/tenant', { uses_rule_packs: false }));
    return { api, login };
  }

  static logIn(origin: string, login: Login): Promise<BenchApi> {
    return enter(origin, '/auth/login', login);
  }

  static withToken(origin: string, token: string): BenchApi {
    return new BenchApi(new ApiClient(origin, token));
  }

  async createCampaign(): Promise<string> {
    const campaign = {
      name: 'Renewals',
      system_prompt: 'Ask whether they want to renew their plan.',
      voice_id: 'aria',
      calling_window: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
    };
    const answer = await this.client.post<{ campaign: { id: string } }>('/campaigns', campaign);
    return succeeded(answer).campaign.id;
  }

  /** @returns the id of the import, once the file is there. */
  async sendFile(campaignId: string, file: Readable): Promise<string> {
    const response = await fetch(`${this.client.origin}/api/v1/campaigns/${campaignId}/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.client.token}`, 'content-type': 'text/csv' },
      body: file,
      duplex: 'half',
    });
    const body = (await response.json()) as { import: { id: string } };
    return succeeded({ status: response.status, headers: response.headers, body }).import.id;
  }

  async lookAtImport(importId: string): Promise<ImportLook> {
    return succeeded(await this.client.get<{ import: ImportLook }>(`/imports/${importId}`)).import;
  }

  async page(path: string): Promise<{ total: number; next_cursor: string | null }> {
    return succeeded(await this.client.get<{ total: number; next_cursor: string | null }>(path));
  }

  async start(campaignId: string): Promise<void> {
    succeeded(await this.client.post(`/campaigns/${campaignId}/start`));
  }

  async pause(campaignId: string): Promise<void> {
    succeeded(await this.client.post(`/campaigns/${campaignId}/pause`));
  }

  /** Requests what a person sees who keeps the campaign's page open. */
  async look(campaignId: string): Promise<void> {
    const pages = [`/campaigns/${campaignId}`, `/campaigns/${campaignId}/stats`, `/campaigns/${campaignId}/contacts`];
    for (const page of pages) succeeded(await this.client.get(page));
  }
}

async function enter(origin: string, path: string, body: object): Promise<BenchApi> {
  const answer = await new ApiClient(origin).post<{ access_token: string }>(path, body);
  return BenchApi.withToken(origin, succeeded(answer).access_token);
}

function succeeded<Body>({ status, body }: Answer<Body>): Body {
  if (status >= 200 && status < 300) return body;
  throw new Error(`The API answered ${status}: ${JSON.stringify(body)}`);
}

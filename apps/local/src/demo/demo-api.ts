/** Fields of the API's answers that the demonstration reads. */
export interface DemoCampaign {
  readonly id: string;
  readonly status: string;
}

export interface DemoStats {
  readonly job_status_counts: Partial<Record<string, number>>;
  readonly call_status_counts: Partial<Record<string, number>>;
  readonly outcome_counts: Partial<Record<string, number>>;
}

export interface DemoCall {
  readonly id: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly duration_seconds: number | null;
  readonly cost: number | null;
}

export interface BulkTotals {
  readonly created: number;
  readonly revived: number;
  readonly duplicate: number;
  readonly invalid: number;
  readonly suppressed: number;
  readonly results: readonly { index: number; status: string; detail?: string }[];
}

/** Client of the API over HTTP, with a token. */
export class DemoApi {
  constructor(
    private readonly apiUrl: string,
    readonly token: string | null = null,
  ) {}

  /** Registers a new tenant and returns its admin's client. Its contacts are simulated and may be called at night. */
  async register(email: string, password: string): Promise<DemoApi> {
    const body = { email, password, name: 'Demo', business_name: 'Demonstration' };
    const { access_token } = await this.post<{ access_token: string }>('/auth/register', body);
    const api = new DemoApi(this.apiUrl, access_token);
    await api.request('PATCH', '/tenant', { uses_rule_packs: false });
    return api;
  }

  get<Body>(path: string): Promise<Body> {
    return this.request('GET', path);
  }

  post<Body>(path: string, body?: unknown): Promise<Body> {
    return this.request('POST', path, body);
  }

  private async request<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const response = await fetch(this.apiUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Body;
  }
}

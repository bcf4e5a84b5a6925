import { undocumentedProblem } from './documented-problems.js';

/** An answer of the API: its status, its headers and its body, parsed when it is JSON. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface RequestOptions {
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string | Buffer;
  readonly headers?: Record<string, string>;
}

/**
 * Speaks HTTP to a running API as one user. Paths are below `/api/v1`, or absolute below `/` when they begin with `//`.
 */
export class ApiClient {
  constructor(
    readonly origin: string,
    readonly token: string | null = null,
  ) {}

  as(token: string | null): ApiClient {
    return new ApiClient(this.origin, token);
  }

  get<Body = Record<string, never>>(path: string, options?: RequestOptions): Promise<Answer<Body>> {
    return this.request('GET', path, options);
  }

  post<Body = Record<string, never>>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer<Body>> {
    return this.request('POST', path, { body, ...options });
  }

  patch<Body = Record<string, never>>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.request('PATCH', path, { body });
  }

  delete<Body = Record<string, never>>(path: string): Promise<Answer<Body>> {
    return this.request('DELETE', path);
  }

  async request<Body>(
    method: string,
    path: string,
    { body, rawBody, headers = {} }: RequestOptions = {},
  ): Promise<Answer<Body>> {
    const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.urlOf(path), {
      method,
      body: payload,
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '') && text !== '';
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
    const complaint = undocumentedProblem({ method, path: new URL(this.urlOf(path)).pathname }, answer);
    if (complaint !== null) throw new Error(complaint);
    return answer;
  }

  private urlOf(path: string): string {
    return path.startsWith('//') ? this.origin + path.slice(1) : `${this.origin}/api/v1${path}`;
  }
}

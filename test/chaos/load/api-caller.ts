import { pause } from '../../../apps/local/src/processes/patience.js';
import { StartError } from '../../../apps/local/src/processes/start-error.js';
import { Deadline } from '../deadline.js';

/** A request and what became of it; `status` is null when no answer came. */
export interface ApiRequest {
  readonly method: string;
  /** Path without ids, so that requests of a kind are counted together. */
  readonly route: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number | null;
  readonly isProblem: boolean;
  readonly detail: string | null;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly startedAt: number;
  readonly answeredAt: number;
}

export interface Order {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** Longer than the API may take for anything. */
const PATIENCE_MS = 60_000;
const AGAIN_AFTER_MS = 300;
/** Longer than any fault keeps the API away: whatever goes on after it does not end by itself. */
const INSISTS_FOR_MS = 180_000;
const PASSWORD = 'correct horse battery staple';

/** Speaks to the API as one business, remembers every request, and asks again while the API is away. */
export class ApiCaller {
  readonly requests: ApiRequest[] = [];
  private token: string | null = null;

  constructor(
    private readonly origin: string,
    private readonly email: string,
    private readonly signal: AbortSignal,
  ) {}

  async register(): Promise<void> {
    const { status, body } = await this.insist({
      method: 'POST',
      path: '/auth/register',
      body: { email: this.email, password: PASSWORD, business_name: 'Example Voice Ltd' },
    });
    if (status === 201) this.token = String(body['access_token']);
    else await this.logIn();
    await this.insist({ method: 'PATCH', path: '/tenant', body: { uses_rule_packs: false } });
  }

  /** Sends a request once, and after a 401 once more with a new login. Returns null if there was no answer. */
  async ask(order: Order): Promise<ApiAnswer | null> {
    const answer = await this.send(order);
    if (answer?.status !== 401 || order.path.startsWith('/auth/')) return answer;
    await this.logIn();
    return this.send(order);
  }

  /**
   * Asks until there is an answer that is not "not now".
   * @throws {StartError} when there is none for three minutes
   */
  async insist(order: Order): Promise<ApiAnswer> {
    const endsAt = Date.now() + INSISTS_FOR_MS;
    for (;;) {
      const answer = await this.ask(order);
      if (answer && answer.status < 500 && answer.status !== 429) return answer;
      await pause(AGAIN_AFTER_MS, this.signal);
      this.signal.throwIfAborted();
      if (Date.now() > endsAt)
        throw new StartError(`${order.method} ${order.path} is not answered: ${this.lastDetail}`);
    }
  }

  private get lastDetail(): string {
    return this.requests.at(-1)?.detail ?? 'no answer';
  }

  private async logIn(): Promise<void> {
    const { body } = await this.insist({
      method: 'POST',
      path: '/auth/login',
      body: { email: this.email, password: PASSWORD },
    });
    this.token = String(body['access_token']);
  }

  private async send(order: Order): Promise<ApiAnswer | null> {
    const startedAt = Date.now();
    const deadline = new Deadline(this.signal, PATIENCE_MS);
    try {
      const response = await fetch(`${this.origin}/api/v1${order.path}`, this.requestOf(order, deadline.signal));
      const text = await response.text();
      const { status, headers } = response;
      const isProblem = headers.get('content-type')?.startsWith('application/problem+json') ?? false;
      this.note(order, { startedAt, status, isProblem, detail: status >= 400 ? text.slice(0, 300) : null });
      return { status, body: parsed(text), startedAt, answeredAt: Date.now() };
    } catch (error) {
      this.signal.throwIfAborted();
      this.note(order, { startedAt, status: null, isProblem: false, detail: causeOf(error) });
      return null;
    } finally {
      deadline.clear();
    }
  }

  private requestOf({ method, body }: Order, signal: AbortSignal): RequestInit {
    return {
      method,
      signal,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }

  private note(
    { method, path }: Order,
    outcome: Pick<ApiRequest, 'startedAt' | 'status' | 'isProblem' | 'detail'>,
  ): void {
    this.requests.push({
      method,
      route: path.replace(/[0-9a-f-]{36}/g, '{id}').replace(/%2B\d+/g, '{number}'),
      endedAt: Date.now(),
      ...outcome,
    });
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function causeOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
  return cause?.code ?? cause?.message ?? message;
}

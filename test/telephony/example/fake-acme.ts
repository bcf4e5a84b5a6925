import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CallStep, CreateBehaviour } from '../provider-lab.js';

interface AcmeState {
  readonly id: string;
  readonly key: string;
  readonly state: string;
  readonly at: string;
}

const STATES: Readonly<Partial<Record<CallStep, string>>> = {
  ring: 'ringing',
  answer: 'talking',
  complete: 'done',
  busy: 'engaged',
  no_answer: 'silent',
  fail: 'broken',
};
const ANSWERS: Readonly<Partial<Record<CreateBehaviour, number>>> = {
  refuse_permanent: 422,
  refuse_retryable: 418,
  refuse_account: 401,
  throttle: 429,
};
const LIVE = new Set(['dialing', 'ringing', 'talking']);

/** Each state of a call a second after the one before. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

/** The other side of the adapter in docs/adding-a-provider.md; calls go on by hand, and by our key. */
export class FakeAcme {
  behaviour: CreateBehaviour = 'accept';
  readonly creates: string[] = [];
  /** First words that each call was told. */
  readonly openings = new Map<string, string | null>();
  private readonly calls = new Map<string, AcmeState[]>();
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** All that was ever told of a call, oldest first. */
  told(key: string): readonly AcmeState[] {
    return this.calls.get(key) ?? [];
  }

  isLive(key: string): boolean {
    return LIVE.has(this.told(key).at(-1)?.state ?? '');
  }

  step(key: string, step: CallStep): void {
    this.become(key, STATES[step] ?? step);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [, , key = '', order] = (request.url ?? '').split('/');
    if (key === '') return this.create(JSON.parse(body) as { key: string; say: string | null }, response);
    const last = this.told(key).at(-1);
    if (!last) return send(response, 404);
    if (order !== 'hangup') return send(response, 200, last);
    if (!this.isLive(key)) return send(response, 409);
    this.become(key, 'dropped');
    send(response, 204);
  }

  private create({ key, say }: { key: string; say: string | null }, response: ServerResponse): void {
    this.creates.push(key);
    this.openings.set(key, say);
    if (this.behaviour === 'throttle') response.setHeader('retry-after', '7');
    const rejection = ANSWERS[this.behaviour];
    if (rejection) return send(response, rejection);
    this.become(key, 'dialing');
    if (this.behaviour === 'accept') send(response, 201, this.told(key)[0]);
    if (this.behaviour === 'fail_after_create') send(response, 503);
    if (this.behaviour === 'time_out_after_create') send(response, 408);
    if (this.behaviour === 'lose_answer') response.destroy();
  }

  private become(key: string, state: string): void {
    const states = this.told(key);
    const at = new Date(EPOCH_MS + states.length * 1000).toISOString();
    this.calls.set(key, [...states, { id: `acme-${key}`, key, state, at }]);
  }
}

function send(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status).end(body && JSON.stringify(body));
}

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { toneRecording } from '#telephony/simulator/call/tone-recording.js';
import { ACCEPT, type CreateReply } from './create-replies.js';
import { CONTENT, FakeCall, type CreateBody } from './fake-call.js';
import type { FakeVapiOptions } from './fake-vapi-options.js';
import { VapiSpec } from './vapi-spec.js';

const DEFAULT_LIMIT = 100;

/** The part of Vapi's API that makes calls, on loopback. Calls move, and report it, as a test makes them. */
export class FakeVapi {
  readonly calls = new Map<string, FakeCall>();
  /** The dialer job ids of all create requests that ever came. */
  readonly creates: string[] = [];
  /** All that was asked, as `GET /path?query`. */
  readonly requests: string[] = [];
  /** Null: Vapi's document is not there, and nothing is held against it. */
  readonly spec = VapiSpec.ofDocument();
  /** Violations of rules that the document does not state. */
  private readonly misdeeds: string[] = [];
  private readonly server: Server = createServer((request, response) => {
    this.serve(request, response).catch((error: unknown) => {
      this.misdeeds.push(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  });

  constructor(private readonly options: FakeVapiOptions) {}

  /** Requests and answers that violate Vapi's own description of its API; a run with any has failed. */
  get violations(): readonly string[] {
    return [...this.misdeeds, ...(this.spec?.violations ?? [])];
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  of(dialerJobId: string): FakeCall[] {
    return [...this.calls.values()].filter((call) => call.dialerJobId === dialerJobId);
  }

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  /** Stops listening. */
  shut(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '/', 'http://vapi');
    const body = await text(request);
    const [, place, id = '', part] = url.pathname.split('/');
    if (place === 'control' || place === 'store') {
      if (request.headers.authorization !== undefined) this.misdeeds.push(`${place}: was told our key`);
      return place === 'store' ? this.play(id, response) : this.control(id, body, response);
    }
    if (request.headers.authorization !== `Bearer ${this.options.apiKey}`) return fail(response, 401, 'Unauthorized');
    if (place === 'phone-number') return this.listNumbers(url, response);
    if (place !== 'call') return fail(response, 404, `Cannot ${request.method} ${url.pathname}`);
    if (id === '') return request.method === 'POST' ? this.create(body, response) : this.list(url, response);
    const call = this.calls.get(id);
    if (!call || request.method !== 'GET') return fail(response, 404, `Couldn't Find Call. ${id}`);
    return part === 'mono-recording' ? this.redirect(call, response) : this.show(call, 200, response);
  }

  private create(text: string, response: ServerResponse): void {
    const body = JSON.parse(text) as CreateBody;
    this.creates.push(body.assistant?.metadata?.dialerJobId ?? '');
    const isWellFormed = this.spec?.checkRequest('create request', body) ?? true;
    const reply: CreateReply = isWellFormed
      ? (this.options.reply?.() ?? ACCEPT)
      : { kind: 'refuse', status: 400, message: 'Bad Request' };
    if (reply.kind === 'refuse') return refuse(response, reply);
    const call = this.make(body);
    if (reply.kind === 'fail') return fail(response, reply.status ?? 503, 'Service Unavailable');
    if (reply.kind === 'lose') response.destroy();
    if (reply.kind === 'end') call.end(reply.reason);
    if (reply.kind === 'accept' || reply.kind === 'end') this.show(call, 201, response);
    if (reply.kind === 'hold_up') this.show(call, 201, response, { concurrencyBlocked: true });
  }

  private make(body: CreateBody): FakeCall {
    const id = randomUUID();
    const { now = () => new Date(), analysis = CONTENT } = this.options;
    const controlUrl = this.options.controlUrl?.(id, this.url) ?? `${this.url}/control/${id}`;
    const call = new FakeCall({ id, body, apiUrl: this.url, controlUrl, now, analysis });
    this.calls.set(id, call);
    return call;
  }

  private show(call: FakeCall, status: number, response: ServerResponse, { concurrencyBlocked = false } = {}): void {
    const resource = call.resource();
    this.spec?.checkBody('call', JSON.parse(JSON.stringify(resource)));
    const limits = { concurrencyBlocked, concurrencyLimit: 10, remainingConcurrentCalls: 9 };
    send(response, status, status === 201 ? { subscriptionLimits: limits, ...resource } : resource);
  }

  /** Newest first. */
  private list({ searchParams: query }: URL, response: ServerResponse): void {
    this.spec?.checkQuery('/call', query);
    const { now = () => new Date(), listedAfterMs = 0 } = this.options;
    const listedUntilMs = now().getTime() - listedAfterMs;
    const isWanted = ({ createdAt, terms }: FakeCall) => {
      const [from, until, numberId] = ['createdAtGe', 'createdAtLe', 'phoneNumberId'].map((name) => query.get(name));
      const isInside = (!from || createdAt >= new Date(from)) && (!until || createdAt <= new Date(until));
      const isMeant = !numberId || terms.body.phoneNumberId === numberId;
      return isInside && isMeant && createdAt.getTime() <= listedUntilMs;
    };
    const newestFirst = [...this.calls.values()].filter(isWanted).toReversed();
    const calls = newestFirst.slice(0, Number(query.get('limit') ?? DEFAULT_LIMIT)).map((call) => call.resource());
    for (const call of calls) this.spec?.checkBody('call', JSON.parse(JSON.stringify(call)));
    send(response, 200, calls);
  }

  private listNumbers({ searchParams: query }: URL, response: ServerResponse): void {
    this.spec?.checkQuery('/phone-number', query);
    const createdAt = new Date(0).toISOString();
    const numbers = this.options.phoneNumbers.map(({ id, number }) => ({
      id,
      number,
      provider: 'twilio',
      orgId: '9d1f0f6e-0000-4000-8000-0000000000aa',
      twilioAccountSid: 'AC0',
      createdAt,
      updatedAt: createdAt,
    }));
    for (const number of numbers) this.spec?.checkBody('phone number', number);
    send(response, 200, numbers);
  }

  private control(id: string, body: string, response: ServerResponse): void {
    this.spec?.checkRequest('control request', JSON.parse(body));
    const call = this.calls.get(id);
    const isDeaf = this.options.isControlledOnceAnswered && call?.status !== 'in-progress';
    if (!call?.isLive || isDeaf) return fail(response, 404, 'Call not active');
    call.end('manually-canceled');
    send(response, 200, {});
  }

  private redirect(call: FakeCall, response: ServerResponse): void {
    if (!call.isRecorded || this.options.hasOwnStore) return fail(response, 404, 'Artifact not found');
    response.writeHead(302, { location: `${this.url}/store/${call.terms.id}.wav?signature=1` }).end();
  }

  private play(name: string, response: ServerResponse): void {
    const isOpen = !name.endsWith('-closed.wav') || this.options.hasOwnStore;
    if (!isOpen || !this.calls.get(name.slice(0, 36))?.isRecorded) return fail(response, 403, 'Access denied');
    const audio = toneRecording([], 1);
    response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': audio.length }).end(audio);
  }
}

function refuse(response: ServerResponse, reply: Extract<CreateReply, { kind: 'refuse' }>): void {
  response.setHeaders(new Headers(reply.headers));
  if (reply.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(reply.retryAfterSeconds));
  fail(response, reply.status, reply.message);
}

/** Sends an error as Vapi does; null: no JSON. */
function fail(response: ServerResponse, statusCode: number, message: string | readonly string[] | null): void {
  if (message === null) response.writeHead(statusCode, { 'content-type': 'text/html' }).end('<html>No service</html>');
  else send(response, statusCode, { message, error: 'Bad Request', statusCode });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

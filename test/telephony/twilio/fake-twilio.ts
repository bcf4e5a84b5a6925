import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { toneRecording } from '#telephony/simulator/call/tone-recording.js';
import { CarrierLog } from '../../../apps/carrier/src/carrier-log.js';
import { sendAudio, sendFailure, sendJson } from './api-answers.js';
import { CallBook } from './call-book.js';
import { ACCEPT, type CreateReply } from './create-replies.js';
import type { FakeCall } from './fake-call.js';
import type { FakeTwilioOptions } from './fake-twilio-options.js';
import { listPage } from './list-page.js';
import { TwilioSpec } from './twilio-spec.js';

const NO_SUCH_RESOURCE = { status: 404, code: 20404 } as const;
const NOT_AUTHENTICATED = { status: 401, code: 20003 } as const;
const MALFORMED: CreateReply = { kind: 'refuse', status: 400, code: 20001 };
const NOT_IN_PROGRESS = { status: 400, code: 21220 } as const;
const UNAVAILABLE = { status: 503, code: 20503 } as const;

/** The part of Twilio's REST API that makes calls, on loopback. Calls move, and report it, as a test makes them. */
export class FakeTwilio {
  readonly book: CallBook;
  /** All that was asked, as `GET /path?query`. */
  readonly requests: string[] = [];
  /** True when the fake answers every request with 503; calls are made and ended all the same. */
  isAway = false;
  private readonly options: FakeTwilioOptions & { readonly now: () => Date };
  private readonly spec = new TwilioSpec((what) => this.log.write('violation', { what }));
  private readonly log: CarrierLog;
  private readonly server: Server = createServer((request, response) => {
    this.serve(request, response).catch((error: unknown) => {
      if (request.complete) this.spec.violate(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  });

  constructor(options: FakeTwilioOptions) {
    this.options = { ...options, now: options.now ?? (() => new Date()) };
    this.log = new CarrierLog(options.logFile ?? null);
    this.book = new CallBook(this.options, this.log);
  }

  /** Requests and answers that violate Twilio's own description of its API; a run with any has failed. */
  get violations(): readonly string[] {
    return this.spec.violations;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async open(): Promise<this> {
    this.server.listen(this.options.port ?? 0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  /** Stops listening. */
  shut(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  close(): void {
    this.shut();
    this.log.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`);
    response.setHeader('date', this.options.now().toUTCString());
    if (request.method === 'GET' && this.isAway) return sendFailure(response, UNAVAILABLE);
    const url = new URL(request.url ?? '/', 'http://twilio');
    const form = new URLSearchParams(await text(request));
    const account = `/2010-04-01/Accounts/${this.options.accountSid}/`;
    if (!this.isAuthorized(request)) return sendFailure(response, NOT_AUTHENTICATED);
    if (!url.pathname.startsWith(account)) return sendFailure(response, NO_SUCH_RESOURCE);
    const path = url.pathname.slice(account.length);
    if (path === 'Calls.json')
      return request.method === 'POST' ? this.create(form, response) : this.list(url, response);
    if (path.startsWith('Recordings/')) return this.play(path.slice('Recordings/'.length), response);
    const [, sid = '', rest] = /^Calls\/(\w+)(\/Recordings)?\.json$/.exec(path) ?? [];
    const call = this.book.find(sid);
    if (!call) return sendFailure(response, NO_SUCH_RESOURCE);
    if (rest !== undefined) return this.recordings(call, url, response);
    return request.method === 'POST' ? this.update(call, form, response) : this.show(call, 200, response);
  }

  private isAuthorized({ headers }: IncomingMessage): boolean {
    const { accountSid, authToken, apiKey } = this.options;
    const pairs = [`${accountSid}:${authToken}`, ...(apiKey ? [`${apiKey.sid}:${apiKey.secret}`] : [])];
    return pairs.some((pair) => headers.authorization === `Basic ${Buffer.from(pair).toString('base64')}`);
  }

  private async create(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const request = this.book.request(form);
    const isWellFormed = this.spec.checkRequest('create', form);
    const reply = isWellFormed ? (this.options.reply?.(request) ?? ACCEPT) : MALFORMED;
    const call = this.book.enter(form, request, reply, this.options.reachedAt ?? this.url);
    if (call) await this.options.onCall?.(call, request);
    if (reply.kind === 'refuse') sendFailure(response, reply);
    if (reply.kind === 'fail') sendFailure(response, { ...UNAVAILABLE, ...reply });
    if (reply.kind === 'lose') response.destroy();
    if (reply.kind === 'accept' && call) this.show(call, 201, response);
  }

  private show(call: FakeCall, status: number, response: ServerResponse): void {
    const resource = this.book.resource(call);
    this.spec.checkResponse('call', resource);
    sendJson(response, status, resource);
  }

  private list(url: URL, response: ServerResponse): void {
    const { searchParams: query } = url;
    this.spec.checkRequest('list', query);
    const from = new Date(query.get('StartTime>') ?? 0);
    const wanted = this.book.visible().filter(({ status, createdAt, startedAt, terms: { form } }) => {
      const facts = { To: form.get('To'), From: form.get('From'), Status: status };
      if ((startedAt ?? createdAt) < from) return false;
      return Object.entries(facts).every(([name, value]) => !query.has(name) || query.get(name) === value);
    });
    const page = listPage(
      'calls',
      wanted.map((call) => this.book.resource(call)),
      url,
    );
    this.spec.checkResponse('calls', page);
    sendJson(response, 200, page);
  }

  private update(call: FakeCall, form: URLSearchParams, response: ServerResponse): void {
    this.spec.checkRequest('update', form);
    const isCanceled = form.get('Status') === 'canceled';
    const isTooLate = isCanceled && call.status === 'in-progress';
    if (!call.isLive || (isTooLate && this.options.refusesLateCancel)) return sendFailure(response, NOT_IN_PROGRESS);
    const { sid: call_id, dialerJobId: dialer_job_id } = call.terms;
    this.log.write('hangup', { dialer_job_id, call_id });
    if (!isTooLate) call.end(isCanceled ? 'canceled' : 'completed');
    this.show(call, 200, response);
  }

  private recordings(call: FakeCall, url: URL, response: ServerResponse): void {
    this.spec.checkRequest('recordings', url.searchParams);
    const page = listPage('recordings', call.isRecorded ? [call.recording()] : [], url);
    this.spec.checkResponse('recordings', page);
    sendJson(response, 200, page);
  }

  private play(recordingSid: string, response: ServerResponse): void {
    const call = this.book.find(recordingSid.replace(/^RE/, 'CA'));
    if (!call?.isRecorded) return sendFailure(response, NO_SUCH_RESOURCE);
    sendAudio(response, toneRecording([], 1));
  }
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { CallReport } from '#rules/call/call-report.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { encodeReport, type CreateCallBody } from '#telephony/carrier/carrier-wire.js';
import { until } from '../../support/until.js';
import type { CallStep, CreateBehaviour } from '../provider-lab.js';

type Fact = Pick<CallReport, 'reportKey' | 'status' | 'answeredBy'>;

/** Facts that a step reports. */
const FACTS: Readonly<Record<CallStep, readonly Fact[]>> = {
  ring: [{ reportKey: 'ringing', status: 'ringing' }],
  answer: [{ reportKey: 'answered', status: 'in_progress', answeredBy: 'human' }],
  complete: [{ reportKey: 'ended', status: 'completed' }],
  busy: [{ reportKey: 'ended', status: 'busy' }],
  no_answer: [{ reportKey: 'ended', status: 'no_answer' }],
  fail: [{ reportKey: 'ended', status: 'failed' }],
  voicemail: [{ reportKey: 'answered', status: 'in_progress', answeredBy: 'machine' }],
};

/** Each event of a call a second after the one before. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

/** The carrier of docs/decisions/0007-carrier-process.md, one step of a call at a time and by hand. */
export class StepCarrier {
  behaviour: CreateBehaviour = 'accept';
  private readonly creates: string[] = [];
  private readonly openings = new Map<string, string | null>();
  private readonly calls = new Map<string, CallReport[]>();
  private readonly listeners = new Set<ServerResponse>();
  private readonly server: Server = createServer((request, response) => {
    this.serve(request, response).catch(() => response.destroy());
  });

  async open(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  createRequests(dialerJobId: string): number {
    return this.creates.filter((one) => one === dialerJobId).length;
  }

  /** First words that the agent of a call was told. */
  toldFirst(dialerJobId: string): string | null {
    return this.openings.get(dialerJobId) ?? null;
  }

  step(dialerJobId: string, step: CallStep): void {
    for (const fact of FACTS[step]) this.note(dialerJobId, fact);
  }

  /** All but the first, which the answer to the create request tells. */
  events(dialerJobId: string): readonly CallReport[] {
    return this.calls.get(dialerJobId)?.slice(1) ?? [];
  }

  isLive(dialerJobId: string): boolean {
    const last = this.calls.get(dialerJobId)?.at(-1);
    return last?.status !== undefined && !isFinalCallStatus(last.status);
  }

  async tell(event: CallReport): Promise<void> {
    const [listener] = await until('somebody listens', async () => this.listeners.size > 0 && [...this.listeners]);
    listener?.write(`${encodeReport(event)}\n`);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://carrier');
    const dialerJobId = this.jobOf(searchParams);
    switch (`${request.method} ${pathname}`) {
      case 'POST /calls':
        return this.create((await json(request)) as CreateCallBody, response);
      case 'GET /calls':
        return this.lookUp(dialerJobId, response);
      case 'POST /calls/hangup':
        return send(response, 200, { result: this.hangUp(dialerJobId) });
      case 'GET /events':
        this.listeners.add(response.writeHead(200).on('close', () => this.listeners.delete(response)));
        return response.write('\n');
      default:
        return send(response, 404, {});
    }
  }

  private create({ dialer_job_id: dialerJobId, agent }: CreateCallBody, response: ServerResponse): void {
    this.creates.push(dialerJobId);
    this.openings.set(dialerJobId, agent.first_message);
    if (this.behaviour === 'refuse_permanent') return send(response, 422, { code: 'no_such_number' });
    if (this.behaviour === 'throttle') {
      return send(response.setHeader('retry-after', '7'), 429, { code: 'too_many_requests' });
    }
    this.calls.set(dialerJobId, []);
    this.note(dialerJobId, { reportKey: 'initiated', status: 'initiated' });
    if (this.behaviour === 'accept') send(response, 201, { call_id: `c-${dialerJobId}` });
    if (this.behaviour === 'lose_answer') response.destroy();
    if (this.behaviour === 'fail_after_create') send(response, 503, {});
    if (this.behaviour === 'time_out_after_create') send(response, 408, {});
  }

  private lookUp(dialerJobId: string | null, response: ServerResponse): void {
    const last = dialerJobId !== null && this.calls.get(dialerJobId)?.at(-1);
    if (!last) return send(response, 404, { is_final: false });
    const told = (this.calls.get(last.dialerJobId) ?? []).map(({ answeredBy }) => answeredBy).find(Boolean);
    send(response, 200, { ...last, answeredBy: told, reportKey: `lookup-${last.reportKey}` });
  }

  private hangUp(dialerJobId: string | null): string {
    if (dialerJobId === null || !this.calls.has(dialerJobId)) return 'not_found';
    if (!this.isLive(dialerJobId)) return 'already_ended';
    this.note(dialerJobId, { reportKey: 'ended', status: 'canceled' });
    return 'hung_up';
  }

  private jobOf(query: URLSearchParams): string | null {
    const callId = query.get('call_id');
    return callId === null ? query.get('dialer_job_id') : callId.replace(/^c-/, '');
  }

  private note(dialerJobId: string, fact: Fact): void {
    const events = this.calls.get(dialerJobId) ?? [];
    const occurredAt = new Date(EPOCH_MS + events.length * 1000);
    events.push({ ...fact, dialerJobId, providerCallId: `c-${dialerJobId}`, occurredAt });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status).end(JSON.stringify(body));
}

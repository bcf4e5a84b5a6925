import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CallReport } from '#rules/call/call-report.js';
import type { CallStatus } from '#rules/call/call-status.js';
import { retryAfterSeconds } from '#rules/attempt/retry-after.js';
import { exchange, type HttpAnswer, type HttpOrder } from '#telephony/carrier/http-exchange.js';
import { isRejection } from '#telephony/carrier/rejection-status.js';
import { causeOf, isCertainlyUnsent } from '#telephony/carrier/transport-failure.js';
import type * as port from '#telephony/port/telephony-provider.js';

/** Call as Acme tells it in its webhooks and look-ups; `key` is the dialer job. */
type AcmeCall = Readonly<Record<'id' | 'key' | 'state' | 'at', string>>;

const STATUSES: Readonly<Record<string, CallStatus>> = {
  dialing: 'initiated',
  ringing: 'ringing',
  talking: 'in_progress',
  done: 'completed',
  engaged: 'busy',
  silent: 'no_answer',
  broken: 'failed',
  dropped: 'canceled',
};
const FAULTS = { 401: 'account', 422: 'permanent', 429: 'throttle' } as const;
const HANG_UPS = { 204: 'hung_up', 404: 'not_found', 409: 'already_ended' } as const;
const PATIENCE_MS = 6_000;

export class AcmeProvider implements port.TelephonyProvider {
  readonly name = 'acme';
  readonly capabilities = { lookupIntervalSeconds: 60, createTimeoutSeconds: 10, lateFactsSeconds: [] };

  constructor(private readonly settings: { readonly url: string; readonly secret: string }) {}

  async placeCall(request: port.PlaceCallRequest, signal: AbortSignal): Promise<port.PlaceCallResult> {
    const { dialerJobId: key, to, from, agent, webhookUrl } = request;
    const { systemPrompt: prompt, firstMessage: say } = agent;
    const body = JSON.stringify({ key, to, from, prompt, say, webhook: webhookUrl });
    try {
      return toResult(await this.ask('/calls', { method: 'POST', body, signal }));
    } catch (error) {
      if (!isCertainlyUnsent(error)) return { kind: 'unknown', cause: causeOf(error) };
      return { kind: 'rejected', fault: 'throttle', code: 'unreachable', retryAfterSeconds: 5 };
    }
  }

  async hangup({ dialerJobId }: port.CallReference): Promise<port.HangupResult> {
    const answer = await this.ask(`/calls/${dialerJobId}/hangup`, { method: 'POST' }).catch(() => null);
    return HANG_UPS[answer?.status as keyof typeof HANG_UPS] ?? 'unavailable';
  }

  async lookUp({ dialerJobId }: port.CallReference): Promise<port.CallLookup> {
    try {
      const { status, body } = await this.ask(`/calls/${dialerJobId}`, { method: 'GET' });
      if (status === 200) return { kind: 'found', report: toReport(dialerJobId, readCall(body)) };
      return status === 404 ? { kind: 'not_found', isFinal: false } : { kind: 'unavailable', cause: `HTTP ${status}` };
    } catch (error) {
      return { kind: 'unavailable', cause: causeOf(error) };
    }
  }

  async openRecording(): Promise<'gone'> {
    return 'gone';
  }

  /** Verifies and reads a provider webhook. Acme signs the body alone, not the address of the dialer job. */
  readWebhook({ dialerJobId, headers, body }: port.WebhookRequest): port.WebhookReading {
    const digest = createHmac('sha256', this.settings.secret).update(body).digest();
    const told = Buffer.from(headers['x-acme-signature'] ?? '', 'hex');
    if (told.length !== digest.length || !timingSafeEqual(told, digest)) return { kind: 'forged' };
    try {
      const call = readCall(body);
      if (call.key !== dialerJobId) return { kind: 'unreadable', cause: 'it tells of another dialer job' };
      return { kind: 'reports', reports: [toReport(dialerJobId, call)] };
    } catch (error) {
      return { kind: 'unreadable', cause: causeOf(error) };
    }
  }

  private ask(path: string, order: Omit<HttpOrder, 'signal'> & { signal?: AbortSignal }): Promise<HttpAnswer> {
    const headers = { authorization: `Bearer ${this.settings.secret}` };
    return exchange(new URL(path, this.settings.url), { signal: AbortSignal.timeout(PATIENCE_MS), ...order, headers });
  }
}

/** Turns an answer into a result. An answer that is neither yes nor no may ring. */
function toResult({ status, headers, body }: HttpAnswer): port.PlaceCallResult {
  if (status === 201) return { kind: 'accepted', providerCallId: readCall(body).id };
  if (!isRejection(status)) return { kind: 'unknown', cause: `HTTP ${status}` };
  const fault = FAULTS[status as keyof typeof FAULTS] ?? 'retryable';
  const pause = retryAfterSeconds(headers, new Date());
  return { kind: 'rejected', fault, code: `HTTP ${status}`, retryAfterSeconds: pause };
}

function readCall(body: Buffer): AcmeCall {
  return JSON.parse(body.toString()) as AcmeCall;
}

/** Makes a report. A status that Acme tells twice has the same key, so it is stored once. */
function toReport(dialerJobId: string, { id, state, at }: AcmeCall): CallReport {
  const reportKey = `${id}:${state}`;
  return { reportKey, dialerJobId, providerCallId: id, occurredAt: new Date(at), status: STATUSES[state] };
}

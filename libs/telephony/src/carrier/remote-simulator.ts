import type { CallReport } from '#rules/call/call-report.js';
import { retryAfterSeconds } from '#rules/attempt/retry-after.js';
import type {
  CallListing,
  CallLookup,
  OpenedRecording,
  CallReference,
  HangupResult,
  PlaceCallRequest,
  PlaceCallResult,
  TelephonyCapabilities,
  TelephonyProvider,
} from '../port/telephony-provider.js';
import {
  CREATE_TIMEOUT_SECONDS,
  decodeReport,
  decodeListing,
  parsed,
  toCreateBody,
  validUntil,
} from './carrier-wire.js';
import { followReports } from './report-stream.js';
import { exchange, openExchange, type HttpAnswer, type HttpOrder } from './http-exchange.js';
import { openHttpRecording, recordingIn } from './http-recording.js';
import { causeOf } from './transport-failure.js';

const ANSWER_TIMEOUT_MS = 3_000;
const LISTING_TIMEOUT_MS = 30_000;

/** Seconds after which the engine makes a new attempt when it could not reach the carrier at all. */
const UNREACHABLE_PAUSE_SECONDS = 5;

/**
 * Reaches the simulated carrier over HTTP as a process of its own (`apps/carrier`). Its calls outlive the api and the
 * workers.
 */
export class RemoteSimulator implements TelephonyProvider {
  readonly name = 'simulator';
  readonly capabilities: TelephonyCapabilities = {
    lookupIntervalSeconds: 5,
    createTimeoutSeconds: CREATE_TIMEOUT_SECONDS,
    lateFactsSeconds: [],
  };

  constructor(private readonly url: string) {}

  async placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    try {
      const body = JSON.stringify(toCreateBody(request));
      return createResult(await this.send('/calls', { method: 'POST', body, signal }), new Date());
    } catch (error) {
      return isRefusedConnection(error)
        ? {
            kind: 'rejected',
            fault: 'throttle',
            code: 'carrier_unreachable',
            retryAfterSeconds: UNREACHABLE_PAUSE_SECONDS,
          }
        : { kind: 'unknown', cause: causeOf(error) };
    }
  }

  async hangup(call: CallReference): Promise<HangupResult> {
    try {
      const answer = await this.send(`/calls/hangup?${query(call).toString()}`, { method: 'POST' });
      const { result } = parsed(answer.body.toString()) as { result: HangupResult };
      return HANGUP_RESULTS.includes(result) ? result : 'unavailable';
    } catch {
      return 'unavailable';
    }
  }

  async lookUp(call: CallReference): Promise<CallLookup> {
    try {
      const answer = await this.send(`/calls?${query(call).toString()}`);
      const text = answer.body.toString();
      const report = answer.status === 200 ? decodeReport(text) : null;
      if (report) return { kind: 'found', report };
      const unknown = answer.status === 404 ? (parsed(text) as { is_final?: boolean } | null) : null;
      return unknown
        ? { kind: 'not_found', isFinal: unknown.is_final === true }
        : { kind: 'unavailable', cause: `HTTP ${answer.status}` };
    } catch (error) {
      return { kind: 'unavailable', cause: causeOf(error) };
    }
  }

  async listCalls(since: Date): Promise<CallListing> {
    try {
      const signal = AbortSignal.timeout(LISTING_TIMEOUT_MS);
      const answer = await this.send(`/calls/list?since=${encodeURIComponent(since.toISOString())}`, { signal });
      const calls = answer.status === 200 ? decodeListing(answer.body.toString()) : null;
      return calls ? { kind: 'listed', calls } : { kind: 'unavailable', cause: `HTTP ${answer.status}` };
    } catch (error) {
      return { kind: 'unavailable', cause: causeOf(error) };
    }
  }

  async openRecording(recordingUrl: string): Promise<OpenedRecording> {
    const url = new URL(`/recordings?url=${encodeURIComponent(recordingUrl)}`, this.url);
    return openHttpRecording(async (signal) => recordingIn(await openExchange(url, { method: 'GET', signal })));
  }

  stream(listener: (report: CallReport) => void): () => Promise<void> {
    return followReports(new URL('/events', this.url).href, listener);
  }

  private send(path: string, order: Partial<HttpOrder> = {}): Promise<HttpAnswer> {
    const signal = order.signal ?? AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    return exchange(new URL(path, this.url), { method: 'GET', ...order, signal });
  }
}

const HANGUP_RESULTS: readonly HangupResult[] = ['hung_up', 'already_ended', 'not_found', 'unavailable'];

/**
 * Turns an answer into a result. 410: the request came too late to ring. An answer that is neither yes nor no may have
 * rung.
 */
function createResult({ status, headers, body: content }: HttpAnswer, now: Date): PlaceCallResult {
  const body = parsed(content.toString()) as { call_id?: unknown; code?: unknown } | null;
  const code = typeof body?.code === 'string' ? body.code : `HTTP ${status}`;
  if (status === 201 && typeof body?.call_id === 'string') return { kind: 'accepted', providerCallId: body.call_id };
  if (status === 422) return { kind: 'rejected', fault: 'permanent', code };
  if (status === 429 || status === 410) {
    return { kind: 'rejected', fault: 'throttle', code, retryAfterSeconds: retryAfterSeconds(headers, now) };
  }
  return { kind: 'unknown', cause: `HTTP ${status}` };
}

function query({ dialerJobId, providerCallId, ...call }: CallReference): URLSearchParams {
  const asked = new URLSearchParams({ dialer_job_id: dialerJobId, valid_until: validUntil(call).toISOString() });
  if (providerCallId !== null) asked.set('call_id', providerCallId);
  return asked;
}

/** True if no process listens at the address. This failure alone proves that nothing was sent. */
function isRefusedConnection(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === 'ECONNREFUSED';
}

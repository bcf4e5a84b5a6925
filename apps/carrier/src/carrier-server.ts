import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CarrierConfig } from '#config/config.js';
import type { SimulatorConfig } from '#config/telephony-config.js';
import { encodeReport, encodeListing, parsed, type CreateCallBody } from '#telephony/carrier/carrier-wire.js';
import { callRecording, RECORDING_TYPE } from '#telephony/simulator/call/call-recording.js';
import { readRecordingUrl, toProviderCallId } from '#telephony/simulator/call/call-terms.js';
import { CarrierLog } from './carrier-log.js';
import { ReportFeed } from './report-feed.js';
import { FakeCarrier, type Verdict } from './fake-carrier.js';

export interface RunningCarrier {
  readonly url: string;
  /** Answers look-ups with 503 from now on, or no longer. */
  refuseLookups(isRefusing: boolean): void;
  close(): Promise<void>;
}

/** Serves the simulated carrier over HTTP: docs/decisions/0007-carrier-process.md. */
export async function startCarrier(address: CarrierConfig, simulator: SimulatorConfig): Promise<RunningCarrier> {
  const log = new CarrierLog(address.logFile);
  const network = new FakeCarrier(simulator, log);
  const feed = new ReportFeed();
  const stop = network.listen((report) => feed.send(report));
  const carrier: Carrier = { network, feed, refusesLookups: false };
  const server = createServer((request, response) => {
    serve(carrier, request, response).catch(() => response.destroy());
  });
  server.listen(address.port, address.host);
  await once(server, 'listening');
  return {
    url: `http://${address.host}:${(server.address() as AddressInfo).port}`,
    refuseLookups: (isRefusing) => void (carrier.refusesLookups = isRefusing),
    close: async () => {
      stop();
      feed.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      log.close();
    },
  };
}

interface Carrier {
  readonly network: FakeCarrier;
  readonly feed: ReportFeed;
  refusesLookups: boolean;
}

async function serve(carrier: Carrier, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://carrier');
  switch (`${request.method} ${pathname}`) {
    case 'POST /calls':
      return create(carrier, parsed(await text(request)) as CreateCallBody | null, response);
    case 'GET /calls':
      return lookUp(carrier, searchParams, response);
    case 'GET /calls/list':
      return list(carrier, searchParams, response);
    case 'POST /calls/hangup':
      return hangUp(carrier, searchParams, response);
    case 'GET /events':
      return carrier.feed.add(response);
    case 'GET /recordings':
      return recording(carrier, searchParams, response);
    case 'GET /livez':
      return send(response, 200, { status: 'ok' });
    default:
      return send(response, 404, { code: 'route_not_found' });
  }
}

function create({ network }: Carrier, body: CreateCallBody | null, response: ServerResponse): void {
  if (
    typeof body?.dialer_job_id !== 'string' ||
    typeof body.to !== 'string' ||
    typeof body.attempt !== 'number' ||
    Number.isNaN(Date.parse(body.valid_until))
  ) {
    return send(response, 400, { code: 'malformed_request' });
  }
  const verdict = network.create(body);
  setTimeout(() => answer(verdict, response), verdict.kind === 'taken' ? verdict.afterMs : 0);
}

function answer(verdict: Verdict, response: ServerResponse): void {
  switch (verdict.kind) {
    case 'rejected':
      return send(response, 422, { code: verdict.code });
    case 'too_late':
      return send(response, 410, { code: 'too_late' });
    case 'throttled':
      response.setHeader('retry-after', String(verdict.retryAfterSeconds));
      return send(response, 429, { code: 'too_many_requests' });
    case 'taken':
      if (verdict.answer === 'accepted') send(response, 201, { call_id: verdict.callId });
      if (verdict.answer === '503') send(response, 503, { code: 'unavailable' });
      if (verdict.answer === 'lost') response.destroy();
  }
}

function lookUp({ network, refusesLookups }: Carrier, query: URLSearchParams, response: ServerResponse): void {
  if (refusesLookups) return send(response, 503, { code: 'unavailable' });
  const call = network.find({ callId: query.get('call_id'), dialerJobId: query.get('dialer_job_id') });
  if (call) return sendText(response, 200, encodeReport(network.snapshot(call)));
  const isFinal = Date.now() > Date.parse(query.get('valid_until') ?? '');
  return send(response, 404, { code: 'call_not_found', is_final: isFinal });
}

function list({ network }: Carrier, query: URLSearchParams, response: ServerResponse): void {
  const since = new Date(query.get('since') ?? '');
  if (Number.isNaN(since.getTime())) return send(response, 400, { code: 'malformed_request' });
  sendText(response, 200, encodeListing(network.since(since)));
}

function hangUp({ network }: Carrier, query: URLSearchParams, response: ServerResponse): void {
  const call = network.find({ callId: query.get('call_id'), dialerJobId: query.get('dialer_job_id') });
  send(response, 200, { result: call ? network.hangUp(call) : 'not_found' });
}

function recording({ network }: Carrier, query: URLSearchParams, response: ServerResponse): void {
  const terms = readRecordingUrl(query.get('url') ?? '');
  const call = terms && network.find({ callId: toProviderCallId(terms), dialerJobId: null });
  const found = call && callRecording(call);
  if (!found) return send(response, 404, { code: 'recording_not_found' });
  response.writeHead(200, { 'content-type': RECORDING_TYPE, 'content-length': found.length });
  response.end(found);
}

function send(response: ServerResponse, status: number, body: object): void {
  sendText(response, status, JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}

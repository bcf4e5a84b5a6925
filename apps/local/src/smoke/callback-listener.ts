import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callbackHeaders } from '#telephony/port/webhook-headers.js';
import { callbackPath } from '#telephony/port/webhook-path.js';
import type { CallbackReading, TelephonyProvider } from '#telephony/port/telephony-provider.js';

/** As the api takes it of Vapi. */
const MOST_BYTES = 5 * 1024 * 1024;

const STATUSES = { events: 204, unreadable: 204, forged: 403 } as const;

interface Answer {
  readonly status: number;
  readonly text?: string;
}

export interface CallbackPlace {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly provider: TelephonyProvider;
  readonly dialerJobId: string;
  readonly onReading: (reading: CallbackReading) => void;
  /** What is asked in place of a callback, to see whether it comes here, and what nobody else can answer to it. */
  readonly probe: Probe;
}

export interface Probe {
  readonly question: string;
  readonly answer: string;
}

export interface CallbackListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Takes the callbacks of one call where the api would take them. @throws what the system says to listening there. */
export async function listenForCallbacks(place: CallbackPlace): Promise<CallbackListener> {
  const server = createServer((request, response) => void serve(place, request, response));
  server.listen(place.port, place.host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

async function serve(place: CallbackPlace, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, text } = await answerTo(place, request);
    response.writeHead(status).end(text);
  } catch {
    response.destroy();
  }
}

async function answerTo(place: CallbackPlace, request: IncomingMessage): Promise<Answer> {
  const { provider, dialerJobId, publicUrl } = place;
  const target = request.url ?? '/';
  const isOurs = request.method === 'POST' && target.split('?')[0] === callbackPath(provider.name, dialerJobId);
  if (!isOurs || !provider.readCallback) return { status: 404 };
  const body = await bodyOf(request);
  if (body === null) return { status: 413 };
  if (body.toString() === place.probe.question) return { status: 200, text: place.probe.answer };
  const headers = callbackHeaders(request.headers);
  const reading = provider.readCallback({ dialerJobId, url: publicUrl + target, headers, body });
  place.onReading(reading);
  return { status: STATUSES[reading.kind] };
}

/** Null for one that is too long; it is read to its end, so that whoever sends it hears the answer. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  return bytes <= MOST_BYTES ? Buffer.concat(chunks) : null;
}

async function closed(server: Server): Promise<void> {
  const isClosed = once(server, 'close');
  server.close().closeAllConnections();
  await isClosed;
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookHeaders } from '#telephony/port/webhook-headers.js';
import { webhookPath } from '#telephony/port/webhook-path.js';
import type { WebhookReading, TelephonyProvider } from '#telephony/port/telephony-provider.js';

/** Limit of a webhook's body, the api's limit for Vapi. */
const MOST_BYTES = 5 * 1024 * 1024;

const STATUSES = { reports: 204, unreadable: 204, forged: 403 } as const;

interface Answer {
  readonly status: number;
  readonly text?: string;
}

export interface WebhookAddress {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly provider: TelephonyProvider;
  readonly dialerJobId: string;
  readonly onReading: (reading: WebhookReading) => void;
  /** Question in place of a webhook, and an answer that no other server can give. */
  readonly probe: Probe;
}

export interface Probe {
  readonly question: string;
  readonly answer: string;
}

export interface WebhookListener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Receives the webhooks of one call at the api's own path.
 * @throws the system's error if it cannot listen there.
 */
export async function listenForWebhooks(place: WebhookAddress): Promise<WebhookListener> {
  const server = createServer((request, response) => void serve(place, request, response));
  server.listen(place.port, place.host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

async function serve(place: WebhookAddress, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, text } = await answerTo(place, request);
    response.writeHead(status).end(text);
  } catch {
    response.destroy();
  }
}

async function answerTo(place: WebhookAddress, request: IncomingMessage): Promise<Answer> {
  const { provider, dialerJobId, publicUrl } = place;
  const target = request.url ?? '/';
  const isOurs = request.method === 'POST' && target.split('?')[0] === webhookPath(provider.name, dialerJobId);
  if (!isOurs || !provider.readWebhook) return { status: 404 };
  const body = await bodyOf(request);
  if (body === null) return { status: 413 };
  if (body.toString() === place.probe.question) return { status: 200, text: place.probe.answer };
  const headers = webhookHeaders(request.headers);
  const reading = provider.readWebhook({ dialerJobId, url: publicUrl + target, headers, body });
  place.onReading(reading);
  return { status: STATUSES[reading.kind] };
}

/** Reads a body; null: it is too long. Such a body is read to its end, so that its sender receives the answer. */
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

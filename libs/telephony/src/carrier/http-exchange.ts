import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface HttpOrder {
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  /** Beside `content-type: application/json`, which a body has unless they say otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export class AnswerTooLong extends Error {
  constructor(mostBytes: number) {
    super(`more than ${mostBytes} bytes`);
  }
}

const AGENTS = { 'http:': new Agent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) } as const;

/**
 * One request, sent once, and its answer to the end. @param mostBytes of the answer; as many as there are, if absent.
 */
export async function exchange(
  url: URL,
  { mostBytes, ...order }: HttpOrder & { readonly mostBytes?: number },
): Promise<HttpAnswer> {
  return collected(await openExchange(url, order), mostBytes);
}

/**
 * The answer once its head is there; whoever asked reads the rest, or destroys it. Not `fetch`: that follows redirects
 * and sends a request again when it is answered 421, and what is sent here may make a phone ring.
 */
export function openExchange(url: URL, { method, body, headers, signal }: HttpOrder): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const send = isSecure ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const described =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const agent = AGENTS[isSecure ? 'https:' : 'http:'];
    const request = send(url, { method, headers: { ...described, ...headers }, signal, agent }, resolve);
    request.on('error', reject);
    request.end(body);
  });
}

/** What is longer is not read to its end, and neither kept. @throws AnswerTooLong, or what the network did. */
export async function collected(
  answer: IncomingMessage,
  mostBytes: number = Number.POSITIVE_INFINITY,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) throw new AnswerTooLong(mostBytes);
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) };
}

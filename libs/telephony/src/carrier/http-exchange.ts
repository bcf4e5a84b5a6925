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
  /** Headers of the request. A body is sent as `application/json` unless they name another type. */
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
 * Sends one request once and reads its answer to the end.
 * @param mostBytes limit of the answer; unlimited by default.
 */
export async function exchange(
  url: URL,
  { mostBytes, ...order }: HttpOrder & { readonly mostBytes?: number },
): Promise<HttpAnswer> {
  return collected(await openExchange(url, order), mostBytes);
}

/**
 * Returns the answer once its head has arrived. The caller reads the body or destroys it. `fetch` is not used: it
 * follows redirects and repeats a request that is answered 421. A create request that is repeated may make a second
 * phone ring.
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

/**
 * Reads an answer to its end, and gives up once it is longer than `mostBytes`.
 * @throws AnswerTooLong, or the network's error.
 */
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

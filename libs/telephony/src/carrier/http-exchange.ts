import { Agent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';

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

const AGENTS = { 'http:': new Agent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) } as const;

/**
 * One request, sent once. Not `fetch`: that follows redirects and sends a request again when it is answered 421, and what is sent here
 * may make a phone ring.
 */
export function exchange(url: URL, { method, body, headers, signal }: HttpOrder): Promise<HttpAnswer> {
  const isSecure = url.protocol === 'https:';
  const send = isSecure ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const described =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const agent = AGENTS[isSecure ? 'https:' : 'http:'];
    const request = send(url, { method, headers: { ...described, ...headers }, signal, agent }, (answer) => {
      buffer(answer).then(
        (content) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: content }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

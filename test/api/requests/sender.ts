import { Agent, request as rawRequest, type IncomingMessage } from 'node:http';
import type { DrawnRequest } from './drawn-request.js';
import type { Seen } from './judge.js';

/** Sends requests as they stand: `fetch` would tidy up their paths. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly origin: string) {}

  close(): void {
    this.agent.destroy();
  }

  send({ operation, path, headers, body }: DrawnRequest): Promise<Seen> {
    const { hostname, port } = new URL(this.origin);
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      rawRequest({
        agent: this.agent,
        hostname,
        port,
        method: operation.method,
        path,
        headers: { ...length, ...headers },
      })
        .on('response', (response) => seen(response).then(resolve, reject))
        .on('error', reject)
        .end(body);
    });
  }
}

async function seen(response: IncomingMessage): Promise<Seen> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text };
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { WebhookRequest } from '#telephony/port/telephony-provider.js';

export interface CallbackListener {
  readonly url: string;
  /** All that was posted, in the order of arrival. */
  readonly heard: readonly WebhookRequest[];
  close(): void;
}

/** Receives callbacks at `/<dialer job id>`, and answers each as it is told; null: not at all. */
export async function listenForCallbacks(
  answerTo: (callback: WebhookRequest) => number | null = () => 204,
): Promise<CallbackListener> {
  const heard: WebhookRequest[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat()[0]]),
    );
    const callback = { dialerJobId: path.slice(1), url: `${url}${path}`, headers, body: await buffer(request) };
    heard.push(callback);
    const status = answerTo(callback);
    if (status === null) response.destroy();
    else response.writeHead(status).end();
  };
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    heard,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

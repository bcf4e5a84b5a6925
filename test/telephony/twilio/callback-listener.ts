import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { CallbackRequest } from '#telephony/telephony-provider.js';

export interface CallbackListener {
  readonly url: string;
  /** All that was posted, in the order of arrival. */
  readonly heard: readonly CallbackRequest[];
  close(): void;
}

/** Takes callbacks at `/<dialer job id>`. */
export async function listenForCallbacks(): Promise<CallbackListener> {
  const heard: CallbackRequest[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat()[0]]),
    );
    heard.push({ dialerJobId: path.slice(1), url: `${url}${path}`, headers, body: await buffer(request) });
    response.writeHead(204).end();
  };
  const server = createServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
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

import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '#config/config.js';
import { awaitReady, chooseEndpoint, requireFreePort, type ApiEndpoint } from './api-endpoint.js';

const HOST = '127.0.0.1';
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server | HttpServer): Promise<ApiEndpoint> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return { host: HOST, port, origin: `http://${HOST}:${port}` };
}

describe('chooseEndpoint', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://[::1]:3000'],
    ['::1', 'http://[::1]:3000'],
    ['localhost', 'http://localhost:3000'],
  ])('calls a server on %s at %s', async (host, origin) => {
    expect(await chooseEndpoint(readConfig({ HOST: host }))).toEqual({ host, port: 3000, origin });
  });

  it('finds a port when any will do', async () => {
    expect((await chooseEndpoint(readConfig({ PORT: '0' }))).port).toBeGreaterThan(1023);
  });
});

describe('requireFreePort', () => {
  it('says which setting frees the way when the port is taken', async () => {
    const occupied = await listen(createServer());
    await expect(requireFreePort(occupied, 0)).rejects.toThrow(
      `Port ${occupied.port} is in use: set PORT to another, e.g. PORT=${occupied.port + 1} npm start`,
    );
  });

  it('waits for a port that is about to become free', async () => {
    const server = createServer();
    const endpoint = await listen(server);
    const isFree = requireFreePort(endpoint, 60_000);
    server.close();
    await isFree;
  });

  it('names a host that is not ours', async () => {
    const elsewhere = { host: '192.0.2.1', port: 3000, origin: '' };
    await expect(requireFreePort(elsewhere, 60_000)).rejects.toThrow(
      'HOST=192.0.2.1 cannot be listened on (EADDRNOTAVAIL)',
    );
  });
});

describe('awaitReady', () => {
  it('waits until /readyz answers 200', async () => {
    const answers = [503, 503, 200];
    const asked: (string | undefined)[] = [];
    const endpoint = await listen(
      createHttpServer((request, response) => {
        asked.push(request.url);
        response.writeHead(answers[asked.length - 1] ?? 200).end();
      }),
    );
    await awaitReady(endpoint, 'the log', new AbortController().signal);
    expect(asked.slice(0, 3)).toEqual(['/readyz', '/readyz', '/readyz']);
  });

  it('ends with the reason for which it is aborted', async () => {
    const controller = new AbortController();
    const unready = await listen(
      createHttpServer((_, response) => response.writeHead(503).end(() => controller.abort(new Error('given up')))),
    );
    await expect(awaitReady(unready, 'the log', controller.signal)).rejects.toThrow('given up');
  });
});

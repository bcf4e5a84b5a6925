import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitWaitForBodies } from './body-deadline.js';

describe('limitWaitForBodies', () => {
  const server = fastify();
  let port: number;

  beforeAll(async () => {
    limitWaitForBodies(server, 50);
    server.post('/', async (request) => request.body);
    await server.listen({ port: 0, host: '127.0.0.1' });
    port = (server.server.address() as AddressInfo).port;
  });

  afterAll(() => server.close());

  const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n';

  it('ends the connection of a request whose body does not come', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const answered: string[] = [];
    socket.on('data', (data) => answered.push(data.toString()));
    socket.write(HEAD);
    await once(socket, 'close');
    expect(answered).toEqual([]);
  });

  it('answers one whose body has come', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await answer.json()).toEqual({});
  });
});

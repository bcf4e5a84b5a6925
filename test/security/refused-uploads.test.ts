import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCampaign, register, startApiWithDatabase, type ApiWithDatabase } from '../support/running-api.js';
import { until } from '../support/until.js';

describe('The connection of an upload that is refused', () => {
  let api: ApiWithDatabase;
  let token: string;
  let campaignId: string;

  beforeAll(async () => {
    api = await startApiWithDatabase();
    token = (await register(api.client)).access_token;
    campaignId = (await createCampaign(api.client.as(token))).id;
  });

  afterAll(() => api.close());

  /** Sends the head of an upload of a gigabyte and the beginning of its body. */
  function upload(path: string, headers: Record<string, string>): { socket: Socket; answer: () => string } {
    const { hostname, port } = new URL(api.client.origin);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    const lines = Object.entries({ host: hostname, 'content-length': '1000000000', ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`POST /api/v1${path} HTTP/1.1\r\n${head}\r\nphone_number\r\n`);
    return { socket, answer: () => text };
  }

  const authorized = () => ({ authorization: `Bearer ${token}`, 'content-type': 'text/csv' });
  const rejections: [string, () => [string, Record<string, string>], number][] = [
    ['without a token', () => [`/campaigns/${campaignId}/imports`, { 'content-type': 'text/csv' }], 401],
    ['to a campaign that is not there', () => [`/campaigns/${crypto.randomUUID()}/imports`, authorized()], 404],
    ['of a type that is not taken', () => ['/campaigns', authorized()], 415],
    ['to no route', () => ['/nothing', authorized()], 415],
    [
      'as a form without a boundary',
      () => ['/dnc/imports', { ...authorized(), 'content-type': 'multipart/form-data' }],
      422,
    ],
  ];

  it.each(rejections)('%s is closed although its client says nothing more', async (_what, request, status) => {
    const { socket, answer } = upload(...request());
    const closed = once(socket, 'close');
    await until('the answer', async () => answer().includes('\r\n\r\n'));
    expect(answer()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    // Idle connections are closed as well, but a minute later: the answer tells the difference at once.
    expect(answer()).toMatch(/\r\nconnection: close\r\n/i);
    await closed;
  });

  it('is closed although its client goes on sending', async () => {
    const { socket, answer } = upload('/nothing', authorized());
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const send = () => socket.write(Buffer.alloc(65_536, 'x'), () => setImmediate(() => socket.writable && send()));
    send();
    await until('the answer', async () => answer().includes('\r\n\r\n'));
    await closed;
  });

  it('serves the next request where the body came whole', async () => {
    const { socket, answer } = upload('/nothing', { ...authorized(), 'content-length': '14' });
    await until('an answer', async () => answer().includes('HTTP/1.1 415'));
    socket.write(`GET /livez HTTP/1.1\r\nhost: x\r\n\r\n`);
    await until('another answer', async () => answer().includes('HTTP/1.1 200'));
    socket.destroy();
  });
});

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PublicWeb } from './public-web.js';

const HERE = 'http://127.0.0.1:8080';
const ELSEWHERE = 'https://api.vapi.ai';

describe('The public web', () => {
  let server: Server;
  let port: number;
  let asked: string[];
  let answer: RequestListener;

  beforeEach(async () => {
    asked = [];
    answer = (_request, response) => response.end('content');
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    server.close().closeAllConnections();
  });

  const send = (url: string, { apiUrl = HERE, mostBytes = 100 } = {}) =>
    new PublicWeb(apiUrl).send(new URL(url), { method: 'GET', mostBytes, signal: AbortSignal.timeout(5_000) });

  it.each(['127.0.0.1', 'localhost', '127.1', '[::ffff:127.0.0.1]'])(
    'has not this machine in it, called %s, where the API is elsewhere',
    async (host) => {
      await expect(send(`http://${host}:${port}/`, { apiUrl: ELSEWHERE })).rejects.toThrow(/is not asked/);
      expect(asked).toEqual([]);
    },
  );

  it.each(['127.0.0.1', 'localhost'])('has this machine in it, called %s, where the API is here', async (host) => {
    expect((await send(`http://${host}:${port}/there?x=1`)).body.toString()).toBe('content');
    expect(asked).toEqual(['GET /there?x=1 undefined']);
  });

  it.each([
    'http://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://0/',
    'ftp://vapi.ai/',
    'file:///etc/passwd',
    'http://user:secret@127.0.0.1/',
  ])('has %s nowhere', async (url) => {
    for (const apiUrl of [HERE, ELSEWHERE]) await expect(send(url, { apiUrl })).rejects.toThrow(/is not asked/);
  });

  it('is asked no more than it may answer', async () => {
    answer = (_request, response) => response.end('x'.repeat(101));
    await expect(send(`http://127.0.0.1:${port}/`)).rejects.toThrow(/more than 100 bytes/);
    answer = (_request, response) => response.end('x'.repeat(100));
    expect((await send(`http://127.0.0.1:${port}/`)).body).toHaveLength(100);
  });

  it('is not asked where a redirect leads', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect((await send(`http://127.0.0.1:${port}/`)).status).toBe(302);
    expect(asked).toHaveLength(1);
  });

  it('keeps a secret over HTTPS alone, or on this machine', () => {
    const isKept = (url: string, apiUrl: string) => new PublicWeb(apiUrl).isConfidential(new URL(url));
    expect(isKept('https://control.vapi.ai/1', ELSEWHERE)).toBe(true);
    expect(isKept('http://control.vapi.ai/1', ELSEWHERE)).toBe(false);
    expect(isKept('http://control.vapi.ai/1', HERE)).toBe(false);
    expect(isKept('http://127.0.0.1:1/1', ELSEWHERE)).toBe(false);
    expect(isKept('http://127.0.0.1:1/1', HERE)).toBe(true);
  });
});

import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { exchange } from './http-exchange.js';
import { causeOf, isCertainlyUnsent, isUnsendable } from './transport-failure.js';

const failureOf = (url: string) =>
  exchange(new URL(url), { method: 'POST', body: '{}', signal: AbortSignal.timeout(60_000) }).then(
    () => null,
    (error: unknown) => error,
  );

async function listen(onConnection: (socket: import('node:net').Socket) => void) {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('isCertainlyUnsent', () => {
  it('is sure where nobody listens, at one address or several, and where the name is unknown', async () => {
    const { server, port } = await listen(() => undefined);
    server.close();
    await once(server, 'close');
    for (const url of [`http://127.0.0.1:${port}`, `http://localhost:${port}`, 'http://nobody.invalid']) {
      expect(isCertainlyUnsent(await failureOf(url))).toBe(true);
    }
  });

  it('is not sure once there was a connection', async () => {
    const { server, port } = await listen((socket) => socket.destroy());
    const error = await failureOf(`http://127.0.0.1:${port}`);
    server.close();
    expect(isCertainlyUnsent(error)).toBe(false);
    expect(causeOf(error)).toBe('ECONNRESET');
  });

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
    ['CERT_HAS_EXPIRED', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['EPROTO', false],
    ['EPIPE', false],
    ['ETIMEDOUT', false],
    ['ABORT_ERR', false],
  ])('%s: %s', (code, isUnsent) => {
    expect(isCertainlyUnsent(Object.assign(new Error(code), { code }))).toBe(isUnsent);
  });

  it.each([
    ['a quotation mark that was pasted with a key', { authorization: 'Bearer \u201ckey\u201d' }, 'ERR_INVALID_CHAR'],
    ['a line break', { authorization: 'Bearer key\n' }, 'ERR_INVALID_CHAR'],
    ['a name that no header has', { 'a header': '1' }, 'ERR_INVALID_HTTP_TOKEN'],
  ])('is sure where Node refuses to send %s', async (_what, headers, code) => {
    const { server, port } = await listen((socket) => socket.destroy());
    const url = new URL(`http://127.0.0.1:${port}`);
    const error: unknown = await exchange(url, {
      method: 'POST',
      body: '{}',
      headers,
      signal: AbortSignal.timeout(60_000),
    }).catch((one: unknown) => one);
    server.close();
    expect(error).toMatchObject({ code });
    expect([isUnsendable(error), isCertainlyUnsent(error)]).toEqual([true, true]);
  });

  it.each(['ERR_INVALID_URL', 'ERR_UNESCAPED_CHARACTERS', 'ERR_INVALID_PROTOCOL'])('%s: nothing was sent', (code) => {
    expect(isUnsendable(Object.assign(new TypeError(code), { code }))).toBe(true);
    expect(isCertainlyUnsent(Object.assign(new TypeError(code), { code }))).toBe(true);
  });

  it('does not take a request that nobody heard for one that nobody could', () => {
    for (const one of [{ code: 'ECONNREFUSED', syscall: 'connect' }, { code: 'ECONNRESET' }, {}, null])
      expect(isUnsendable(one)).toBe(false);
  });

  it('is not sure of an attempt at several addresses of which one may have got through, nor of anything else', () => {
    const [refused, reset] = [
      { code: 'ECONNREFUSED', syscall: 'connect' },
      { code: 'ECONNRESET', syscall: 'read' },
    ];
    expect(isCertainlyUnsent({ errors: [refused, refused] })).toBe(true);
    expect(isCertainlyUnsent({ errors: [refused, reset] })).toBe(false);
    for (const other of [null, undefined, 'text', {}, { errors: [] }]) expect(isCertainlyUnsent(other)).toBe(false);
  });
});

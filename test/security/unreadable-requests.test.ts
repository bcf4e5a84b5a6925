import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fastify } from 'fastify';
import { answerClientError } from '../../apps/api/src/errors/client-errors.js';
import { RawConnection } from '../support/raw-http.js';
import { startApiWithDatabase, type ApiWithDatabase } from '../support/running-api.js';
import { until } from '../support/until.js';

const GET = 'GET /livez HTTP/1.1\r\nhost: localhost\r\n';
const POST = 'POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

/** Requests that Node's parser rejects or answers by itself, named by what is wrong with them. */
const UNREADABLE: Readonly<Record<string, readonly [status: number, code: string, text: string | Buffer]>> = {
  'one header of 20 kB': [431, 'headers_too_large', `${GET}cookie: ${'x'.repeat(20_000)}\r\n\r\n`],
  'many headers': [
    431,
    'headers_too_large',
    GET + Array.from({ length: 1_000 }, (_, n) => `x-${n}: ${'y'.repeat(20)}\r\n`).join('') + '\r\n',
  ],
  'a path of 20 kB': [431, 'headers_too_large', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`],
  'headers that do not end': [431, 'headers_too_large', `${GET}x: ${'y'.repeat(40_000)}`],
  'a blank in a name': [400, 'malformed_request', `${GET}bad name: x\r\n\r\n`],
  'a header without a colon': [400, 'malformed_request', `${GET}no colon here\r\n\r\n`],
  'a NUL in a value': [400, 'malformed_request', `${GET}x: a\0b\r\n\r\n`],
  'a bare CR in a value': [400, 'malformed_request', `${GET}x: a\rb: c\r\n\r\n`],
  'a header that is folded': [400, 'malformed_request', `${GET}x: a\r\n\0 b\r\n\r\n`],
  'no HTTP at all': [400, 'malformed_request', 'hello\r\n\r\n'],
  'the greeting of TLS': [400, 'malformed_request', Buffer.from('16030100a5010000a10303', 'hex')],
  'another version': [400, 'malformed_request', 'GET / HTTP/9.9\r\nhost: x\r\n\r\n'],
  'the preface of HTTP/2': [400, 'malformed_request', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  'an unknown method': [400, 'malformed_request', 'BREW / HTTP/1.1\r\nhost: x\r\n\r\n'],
  'a method in small letters': [400, 'malformed_request', 'get / HTTP/1.1\r\nhost: x\r\n\r\n'],
  'a blank in the path': [400, 'malformed_request', 'GET /a b HTTP/1.1\r\nhost: x\r\n\r\n'],
  'a length that is a word': [400, 'malformed_request', `${POST}content-length: many\r\n\r\n`],
  'a negative length': [400, 'malformed_request', `${POST}content-length: -1\r\n\r\n`],
  'a length beyond all numbers': [400, 'malformed_request', `${POST}content-length: ${'9'.repeat(40)}\r\n\r\n`],
  'two lengths': [400, 'malformed_request', `${POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
  'a length beside chunks': [
    400,
    'malformed_request',
    `${POST}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  'chunks that are none': [400, 'malformed_request', `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
  'another transfer encoding': [400, 'malformed_request', `${POST}transfer-encoding: gzip\r\n\r\n`],
  'a CONNECT': [400, 'malformed_request', 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n'],
};

/** Requests that the parser reads and the router has no operation for. */
const UNUSUAL: Readonly<Record<string, readonly [statuses: readonly number[], text: string]>> = {
  'no host': [[400], 'GET /livez HTTP/1.1\r\n\r\n'],
  'a TRACE': [[404, 405], 'TRACE /livez HTTP/1.1\r\nhost: x\r\n\r\n'],
  'a SEARCH': [[404, 405], 'SEARCH /api/v1/campaigns HTTP/1.1\r\nhost: x\r\n\r\n'],
  'an expectation of its own': [
    [401],
    `${POST}expect: a miracle\r\ncontent-length: 2\r\n\r\n{}`.replace('/auth/login', '/dnc'),
  ],
  'no version': [[404], 'GET /\r\n\r\n'],
  'the old HTTP, of a path that is none': [[404], 'GET /nothing HTTP/1.0\r\n\r\n'],
};

describe('A request that cannot be read', () => {
  let api: ApiWithDatabase;
  beforeAll(async () => {
    api = await startApiWithDatabase();
  });
  afterAll(() => api.close());

  it.each(Object.entries(UNREADABLE))('is answered by a problem, and the connection ends: %s', async (_what, wrong) => {
    const [status, code, text] = wrong;
    const connection = new RawConnection(api.client.origin).send(text);
    const answer = await connection.answer();
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([status, { status, code }]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.headers.get('x-request-id')).toBe((JSON.parse(answer.body) as { request_id: string }).request_id);
    expect(await connection.closed).toBe('in order');
    expect(connection.received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(connection.received).not.toMatch(/node_modules|\.js:\d|HPE_/);
    expect((await api.client.get('//livez')).status).toBe(200);
  });

  it.each(Object.entries(UNUSUAL))('has its like in what can be read: %s', async (_what, [statuses, text]) => {
    const connection = new RawConnection(api.client.origin).send(text);
    const answer = await connection.answer();
    expect(statuses).toContain(answer.status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    connection.destroy();
  });

  it('ends the connection after one answer, however much nonsense follows', async () => {
    const connection = new RawConnection(api.client.origin);
    for (let n = 0; n < 50; n++) connection.send('nonsense\r\n\r\n'.repeat(1_000));
    await connection.answer();
    await connection.closed;
    expect(connection.received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('comes after a good one on its connection: both are answered', async () => {
    const connection = new RawConnection(api.client.origin).ask('GET /livez');
    await connection.answer();
    connection.send('nonsense\r\n\r\n');
    await connection.closed;
    expect(connection.received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  });
});

describe('A request whose headers do not come', () => {
  const server = fastify({
    clientErrorHandler: answerClientError,
    http: { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 20 },
  });
  let origin: string;

  beforeAll(async () => {
    origin = await server.listen({ port: 0, host: '127.0.0.1' });
  });

  afterAll(() => server.close());

  it.each(['GET / HT', 'GET / HTTP/1.1\r\nhost: x\r\n'])('is answered by a problem: %j', async (beginning) => {
    const connection = new RawConnection(origin).send(beginning);
    await until('an answer', async () => connection.received.includes('\r\n\r\n'));
    const answer = await connection.answer();
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([408, { code: 'request_timeout' }]);
    expect(await connection.closed).toBe('in order');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeOf, codeOf, rejection } from './chat-error.js';

const WAITING = new AbortController().signal;

function answer(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}

describe('The message of a rejection', () => {
  it.each([
    [401, '{"error":{"message":"no","code":"invalid_api_key"}}', 'HTTP 401 invalid_api_key'],
    [429, '{"error":{"message":"slow down","type":"rate_limit_exceeded","code":null}}', 'HTTP 429 rate_limit_exceeded'],
    [
      400,
      '{"error":{"message":"too long","code":"context_length_exceeded","type":"bad"}}',
      'HTTP 400 context_length_exceeded',
    ],
    [502, '<html>Bad gateway</html>', 'HTTP 502'],
    [422, '{"detail":[{"input":"My name is Ada."}]}', 'HTTP 422'],
    [401, '{"error":"Received API Key = sk-abc, Key Hash (Token) = 88dc28d0f030"}', 'HTTP 401'],
    [401, '{"error":{"code":"sk-live-1234567890","type":"My name is Ada"}}', 'HTTP 401'],
    [500, 'null', 'HTTP 500'],
  ])('the status %i gives %s', async (status, body, message) => {
    expect(await rejection(answer(status, body), WAITING)).toMatchObject({ message, answer: { status } });
  });

  it('the message has no more than status and code, whatever the server says', async () => {
    const errors = fc.record({ message: fc.string(), code: fc.anything(), type: fc.anything() });
    await fc.assert(
      fc.asyncProperty(fc.oneof(errors, fc.string()), async (error) => {
        expect((await rejection(answer(400, asJson({ error })), WAITING)).message).toMatch(
          /^HTTP 400( [a-z0-9_.-]{1,40})?$/,
        );
      }),
    );
  });
});

/** Values of any JSON type. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}

describe('The message of an error in the middle of an answer', () => {
  it.each([
    [{ message: 'Ada said: no', code: 'overloaded' }, 'overloaded'],
    [{ message: 'Ada said: no', code: 529, type: 'overloaded_error' }, 'overloaded_error'],
    ['Ada said: no', ''],
    [null, ''],
  ])('the message is right for %j', (error, code) => {
    expect(codeOf(error)).toBe(code);
  });
});

describe('The message of a network failure', () => {
  it.each([
    [Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }), 'ECONNREFUSED'],
    [Object.assign(new TypeError('fetch failed'), { cause: new Error('unexpected redirect') }), 'unexpected redirect'],
    [new TypeError('Headers.append: "Bearer sk-live" is an invalid header value.'), 'TypeError'],
    ['what?', 'unknown'],
    [null, 'unknown'],
  ])('the message is right for %s', (error, cause) => {
    expect(causeOf(error)).toBe(cause);
  });
});

import { describe, expect, it } from 'vitest';
import { isLoopbackHost, isLoopbackUrl } from './loopback.js';

describe('A loopback address', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.0',
    '127.8.9.10',
    '127.255.255.255',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::FFFF:7f00:1',
    '[::ffff:7f00:1]',
    'localhost',
    'LocalHost',
  ])('is %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '::',
    '[::]',
    '126.255.255.255',
    '128.0.0.1',
    '192.168.0.7',
    '10.0.0.1',
    '::2',
    'fe80::1',
    '::ffff:0.0.0.0',
    '::ffff:10.0.0.1',
    '127.example.com',
    '127.0.0.1.example.com',
    'localhost.example.com',
    'my-localhost',
    'example.com',
    '127.0.0.256',
    '',
  ])('is not %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });

  it.each([
    ['http://127.0.0.1:3000', true],
    ['http://localhost/path', true],
    ['http://[::1]:4010', true],
    ['http://[::ffff:127.0.0.1]', true],
    ['http://127.1', true],
    ['https://localhost@example.com', false],
    ['https://dialer.example.com', false],
    ['http://127.0.0.1.example.com', false],
    ['http://0.0.0.0:3000', false],
  ])('in the URL %s is told: %s', (url, expected) => {
    expect(isLoopbackUrl(url)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { isIpAddress, isLoopback, isPublic } from './ip-addresses.js';

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '203.0.114.1',
    '172.32.0.1',
    '2606:4700::1111',
    '3ffe::1',
    '3fff:1000::1',
    '5eff::1',
    '5f01::1',
    '::ffff:8.8.8.8',
  ])('%s is public', (address) => {
    expect(isPublic(address)).toBe(true);
    expect(isLoopback(address)).toBe(false);
  });

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::7f00:1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'fc00::1',
    'fe80::1',
    'fec0::1',
    'feff:ffff::1',
    '::ffff:0:7f00:1',
    '::ffff:0:808:808',
    '5f00::1',
    '3fff::1',
    '3fff:fff::1',
    'ff02::1',
    'localhost',
    'vapi.ai',
    '',
  ])('%s is not', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1', 'localhost'])('%s is this machine', (address) => {
    expect(isLoopback(address)).toBe(true);
  });

  it.each(['128.0.0.1', '::2', '10.0.0.1', 'localhost.example', ''])('%s is not this machine', (address) => {
    expect(isLoopback(address)).toBe(false);
  });

  it('is told from a name', () => {
    expect(['1.2.3.4', '::1'].every(isIpAddress)).toBe(true);
    expect(['1.2.3', 'one.example', ''].some(isIpAddress)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { farthestAddress } from './caller-address.js';

const PROXY = '192.0.2.1';

describe('farthestAddress', () => {
  it.each([
    [['203.0.113.7'], '203.0.113.7'],
    [[PROXY, '203.0.113.7'], '203.0.113.7'],
    [[PROXY, '2001:db8::1'], '2001:db8::1'],
    [[PROXY, `fe80::1%${'e'.repeat(99)}`], 'fe80::1'],
    [[PROXY, 'x'.repeat(60)], PROXY],
    [[PROXY, '198.51.100.2', 'unknown'], '198.51.100.2'],
    [[PROXY, 'unknown', '198.51.100.2'], PROXY],
    [[PROXY, ''], PROXY],
    [['not even a socket'], '0.0.0.0'],
    [[], '0.0.0.0'],
  ])('of %j is %s', (way, address) => expect(farthestAddress(way)).toBe(address));

  it('fits into the column that keeps it', () => {
    const longest = '0000:0000:0000:0000:0000:ffff:255.255.255.255';
    expect(farthestAddress([PROXY, longest])).toHaveLength(45);
  });
});

import fc from 'fast-check';
import { isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addressKey } from './address-key.js';

describe('Limits count an address', () => {
  it.each([
    ['of IPv4', '203.0.113.7', '203.0.113.7'],
    ['of IPv4, mapped', '::ffff:203.0.113.7', '203.0.113.7'],
    ['of IPv4, mapped, in hexadecimal', '::FFFF:cb00:7107', '203.0.113.7'],
    ['of IPv4, translated', '64:ff9b::cb00:7107', '203.0.113.7'],
    ['of IPv6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['of IPv6, in capitals', '2001:DB8:0001:2::', '2001:db8:1:2::/64'],
    ['of a link', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['of this machine', '::1', '0:0:0:0::/64'],
  ])('%s', (_of, ip, key) => {
    expect(addressKey(ip)).toBe(key);
  });

  it('as one caller with all others of its /64, and as none of another', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16));
    const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length });
    fc.assert(
      fc.property(groups(4), groups(4), groups(4), groups(4), (network, other, host, neighbour) => {
        fc.pre(Number.parseInt(network[0]!, 16) > 0x64 && Number.parseInt(other[0]!, 16) > 0x64);
        const [one, two] = [host, neighbour].map((end) => addressKey([...network, ...end].join(':')));
        expect(one).toBe(two);
        const elsewhere = addressKey([...other, ...host].join(':'));
        expect(elsewhere === one).toBe(other.join() === network.join());
      }),
    );
  });

  it('that is none by its text, of a bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        fc.pre(!isIPv6(text.split('%', 1)[0]!));
        expect(addressKey(text).length).toBeLessThan(60);
      }),
    );
  });
});

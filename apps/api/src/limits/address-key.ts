import { createHash } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

/** IPv4 addresses that are written in IPv6's way: mapped (RFC 4291), and translated by NAT64 (RFC 6052). */
const PREFIXES_OF_IPV4 = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];

/**
 * Returns the key by which limits count an address: an IPv4 address, or a whole /64 of IPv6. A /64 is what one
 * connection is given (RFC 6177). Text that is no address, as a proxy may send it, is hashed.
 */
export function addressKey(ip: string): string {
  if (isIPv4(ip)) return ip;
  const [address = ''] = ip.split('%', 1);
  if (!isIPv6(address)) return `other:${createHash('sha256').update(ip).digest('base64url')}`;
  const groups = groupsOf(address);
  if (PREFIXES_OF_IPV4.includes(groups.slice(0, 6).join(':'))) return ipv4Of(groups.slice(6));
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, small and without leading zeros; WHATWG's URL knows all its writings. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [first, last] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => '0'), ...last];
}

function ipv4Of(groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 255])
    .join('.');
}

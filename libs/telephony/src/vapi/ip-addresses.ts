import { BlockList, isIP } from 'node:net';

const LOOPBACK = blockList(['127.0.0.0/8', '::1/128']);

/**
 * Address blocks outside of the public network, from the registries of special addresses (RFC 6890). Blocks that embed
 * an IPv4 address are among them.
 */
const NOT_PUBLIC = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

export function isIpAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/** Tells if a host is this machine, by name or by address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || isAmong(LOOPBACK, host);
}

export function isPublic(address: string): boolean {
  return isIpAddress(address) && !isAmong(NOT_PUBLIC, address);
}

/** Looks up an address. An IPv4 address that is written as IPv6 counts as IPv4. */
function isAmong(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

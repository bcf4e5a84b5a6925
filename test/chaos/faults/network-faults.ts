import type { Plant } from '../plant/plant.js';
import type { ProxyMode, TcpProxy } from '../tcp-proxy.js';
import type { Fault } from './catalogue.js';

const MODES: readonly { readonly name: string; readonly mode: ProxyMode; readonly isCheap: boolean }[] = [
  { name: 'reset', mode: { kind: 'refuse' }, isCheap: true },
  { name: 'half-open', mode: { kind: 'hold' }, isCheap: false },
  { name: 'delayed 400 ms', mode: { kind: 'delay', ms: 400 }, isCheap: true },
];

/** Returns the faults of Outdial's connections (F9) and of the carrier itself (F15). */
export function networkFaults({ proxies, carrier }: Plant): Fault[] {
  const links: [string, TcpProxy | null][] = Object.entries(proxies);
  return [
    ...links.flatMap(([name, proxy]) => (proxy ? disturbances(name, proxy) : [])),
    {
      id: 'F15',
      name: 'carrier frozen',
      lastsMs: [2_000, 6_000],
      recoversFrom: 'heal',
      isCheap: true,
      inflict: async () => carrier.freeze(),
      heal: async () => carrier.thaw(),
    },
  ];
}

function disturbances(link: string, proxy: TcpProxy): Fault[] {
  return MODES.map(({ name, mode, isCheap }) => ({
    id: 'F9',
    name: `${link} ${name}`,
    lastsMs: [2_000, 7_000],
    recoversFrom: 'heal',
    isCheap,
    inflict: async () => proxy.set(mode),
    heal: async () => proxy.set({ kind: 'ok' }),
  }));
}

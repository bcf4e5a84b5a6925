import type { Plant } from '../plant/plant.js';
import { WITHOUT_LIBRARY } from '../plant/set-clock.js';
import type { Fault } from './catalogue.js';

const HOUR_SECONDS = 3_600;

/** Longer than the library takes to read what was written. */
const SETTLES_MS = 1_500;

/**
 * Returns the faults by which the engine misjudges how old a call is (F23, F24). The database's clock jumps, or the
 * carrier does not answer look-ups.
 */
export function clockFaults(plant: Plant): Fault[] {
  return [clockJump(plant, HOUR_SECONDS), clockJump(plant, -HOUR_SECONDS), lookupsRefused(plant)];
}

function clockJump({ postgres }: Plant, seconds: number): Fault {
  const set = async (offset: number) => {
    if (!postgres.clock) throw new Error(WITHOUT_LIBRARY);
    postgres.clock.set(offset);
    await new Promise((resolve) => setTimeout(resolve, SETTLES_MS));
  };
  return {
    id: 'F23',
    name: `database clock ${seconds > 0 ? '+' : '-'}1 h`,
    lastsMs: [3_000, 8_000],
    recoversFrom: 'heal',
    // A lead's wait that began under the wrong clock may last an hour longer than a short run does.
    isCheap: false,
    inflict: () => set(seconds),
    heal: () => set(0),
  };
}

function lookupsRefused({ carrier }: Plant): Fault {
  return {
    id: 'F24',
    name: 'look-ups 503',
    lastsMs: [4_000, 10_000],
    recoversFrom: 'heal',
    isCheap: true,
    inflict: async () => carrier.refuseLookups(true),
    heal: async () => carrier.refuseLookups(false),
  };
}

import { pickOne, type RandomNumbers } from '#rules/values/seeded-random.js';
import type { Plant, PlantWorker } from '../plant/plant.js';
import type { Fault } from './catalogue.js';

const TWO_HOURS_MS = 7_200_000;

/** Returns the faults of Outdial's own processes. */
export function processFaults(plant: Plant, random: RandomNumbers): Fault[] {
  const anyWorker = (): PlantWorker => pickOne(random, plant.workers as [PlantWorker, ...PlantWorker[]]);
  return [
    {
      id: 'F1',
      name: 'worker killed',
      lastsMs: null,
      recoversFrom: 'start',
      isCheap: true,
      inflict: async () => anyWorker().process.signal('SIGKILL'),
      heal: async () => undefined,
    },
    {
      id: 'F1',
      name: 'all workers killed',
      lastsMs: null,
      recoversFrom: 'start',
      isCheap: true,
      inflict: async () => plant.workers.forEach((worker) => worker.process.signal('SIGKILL')),
      heal: async () => undefined,
    },
    frozenWorkers('worker frozen', plant, () => [anyWorker()]),
    {
      id: 'F4',
      name: 'api killed',
      lastsMs: null,
      recoversFrom: 'start',
      isCheap: true,
      inflict: async () => plant.api.signal('SIGKILL'),
      heal: async () => undefined,
    },
    skewedWorker('worker 2 h ahead', anyWorker, TWO_HOURS_MS),
    skewedWorker('worker 2 h behind', anyWorker, -TWO_HOURS_MS),
    {
      id: 'F16',
      name: 'rolling restart',
      lastsMs: null,
      recoversFrom: 'start',
      isCheap: true,
      inflict: () => rollingRestart(plant),
      heal: async () => undefined,
    },
  ];
}

/** Restarts one process at a time, as a deployment would. */
export async function rollingRestart(plant: Plant): Promise<void> {
  for (const worker of plant.workers) await worker.process.restart();
  await plant.api.restart();
}

/** Freezes workers beyond their leases and locks; a worker that wakes up does not know that it lost them. */
function frozenWorkers(name: string, plant: Plant, choose: () => PlantWorker[]): Fault {
  let frozen: PlantWorker[] = [];
  return {
    id: 'F2',
    name,
    lastsMs: [7_000, 25_000],
    recoversFrom: 'start',
    isCheap: false,
    inflict: async () => {
      frozen = plant.workers.length > 1 ? choose() : [...plant.workers];
      for (const worker of frozen) worker.process.signal('SIGSTOP');
    },
    heal: async () => {
      for (const worker of frozen) worker.process.signal('SIGCONT');
    },
  };
}

function skewedWorker(name: string, choose: () => PlantWorker, skewMs: number): Fault {
  let skewed: PlantWorker | null = null;
  return {
    id: 'F11',
    name,
    lastsMs: [8_000, 20_000],
    recoversFrom: 'start',
    isCheap: true,
    inflict: async () => {
      skewed = choose();
      skewed.clockSkewMs = skewMs;
      await skewed.process.restart();
    },
    heal: async () => {
      if (!skewed) return;
      skewed.clockSkewMs = 0;
      await skewed.process.restart();
    },
  };
}

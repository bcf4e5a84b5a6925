import type { Plant } from '../plant/plant.js';
import type { PlantRedis } from '../plant/redis.js';
import type { Fault } from './catalogue.js';

/** Returns the faults of the queue, in Redis or in PostgreSQL (F8). */
export function queueFaults({ redis, database }: Plant): Fault[] {
  return redis ? redisFaults(redis) : [emptied(() => database.query('TRUNCATE bullmq.job, bullmq.event CASCADE'))];
}

function emptied(empty: () => Promise<unknown>): Fault {
  return {
    id: 'F8',
    name: 'queue emptied',
    lastsMs: null,
    recoversFrom: 'start',
    isCheap: true,
    inflict: async () => void (await empty()),
    heal: async () => undefined,
  };
}

function redisFaults(redis: PlantRedis): Fault[] {
  return [
    emptied(() => redis.command('FLUSHALL')),
    {
      id: 'F8',
      name: 'redis clients cut',
      lastsMs: null,
      recoversFrom: 'start',
      isCheap: true,
      inflict: () => redis.command('CLIENT KILL TYPE normal'),
      heal: async () => undefined,
    },
    {
      id: 'F8',
      name: 'redis frozen',
      lastsMs: [3_000, 7_000],
      recoversFrom: 'heal',
      isCheap: true,
      inflict: async () => redis.freeze(),
      heal: async () => redis.thaw(),
    },
    {
      id: 'F8',
      name: 'redis restarted',
      lastsMs: [500, 5_000],
      recoversFrom: 'heal',
      isCheap: true,
      inflict: () => redis.kill(),
      heal: () => redis.comeBack(),
    },
  ];
}

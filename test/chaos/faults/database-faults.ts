import { pickOne, type RandomNumbers } from '#rules/values/seeded-random.js';
import type { RestartMode } from '../plant/postgres.js';
import type { Plant } from '../plant/plant.js';
import type { Fault } from './catalogue.js';

/** Returns the faults of PostgreSQL (F5, F6, F7). */
export function databaseFaults(plant: Plant, random: RandomNumbers): Fault[] {
  return [
    restart(plant, 'fast'),
    restart(plant, 'immediate'),
    terminatedSessions(plant, random),
    lockedTable(plant, random),
  ];
}

function restart({ postgres }: Plant, mode: RestartMode): Fault {
  return {
    id: 'F5',
    name: `postgres restarted, ${mode}`,
    lastsMs: [0, 3_000],
    recoversFrom: 'heal',
    isCheap: true,
    inflict: () => postgres.goDown(mode),
    heal: () => postgres.comeBack(),
  };
}

const MOST_SESSIONS = 8;

function terminatedSessions({ database }: Plant, random: RandomNumbers): Fault {
  return {
    id: 'F6',
    name: 'sessions terminated',
    lastsMs: null,
    recoversFrom: 'start',
    isCheap: true,
    inflict: async () => {
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM (
           SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'outdial%' ORDER BY random() LIMIT $1) s`,
        [1 + Math.floor(random() * MOST_SESSIONS)],
      );
    },
    heal: async () => undefined,
  };
}

const LOCKED = ['dialer_jobs', 'calls', 'leads', 'campaigns'] as const;

/** EXCLUSIVE lets others read and nobody write or lock a row: what a careless migration does. */
function lockedTable({ database }: Plant, random: RandomNumbers): Fault {
  let unlock: () => void = () => undefined;
  let unlocked: Promise<unknown> = Promise.resolve();
  return {
    id: 'F7',
    name: 'table locked',
    lastsMs: [3_000, 6_000],
    recoversFrom: 'heal',
    isCheap: true,
    inflict: () =>
      new Promise((resolve, reject) => {
        unlocked = database
          .transaction(async (client) => {
            await client.query(`SET LOCAL lock_timeout = '5s'`);
            await client.query(`LOCK TABLE ${pickOne(random, LOCKED)} IN EXCLUSIVE MODE`);
            resolve();
            await new Promise<void>((release) => (unlock = release));
          })
          .catch(reject);
      }),
    heal: async () => {
      unlock();
      await unlocked;
    },
  };
}

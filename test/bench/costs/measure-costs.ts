import { measureCalls } from './call-costs.js';
import type { CostSample } from './cost-sample.js';
import { withCostSite, withSystem, type CostSite, type CostSystem, type Run } from './cost-site.js';
import { measureImportRows } from './import-costs.js';
import { measureReads } from './read-costs.js';
import { measureRest, withoutRest, type RestCost } from './rest-costs.js';

export const OPERATIONS = ['call', 'call_100_slots', 'import_rows', 'get_campaign', 'list_calls', 'get_call'] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Costs {
  readonly operations: Readonly<Record<Operation, CostSample>>;
  readonly rest: RestCost;
}

/**
 * Setting for one job at a time: no batch holds two calls. Each call takes the same statements however fast the machine
 * is.
 */
const ONE_BY_ONE = { WORKER_CONCURRENCY: '1' };

const WARM_UP = { leads: 30, slots: 1, firstNumber: 1 };
const CALLS_ONE_BY_ONE = { leads: 200, slots: 1, firstNumber: 10_001 };
const BUSY_WARM_UP = { leads: 500, slots: 100, firstNumber: 20_001 };
const CALLS_WHEN_BUSY = { leads: 3_000, slots: 100, firstNumber: 30_001 };

const REST_SECONDS = { quick: 15, full: 60 };

/**
 * Measures the costs of a call, an import row, a read and a minute at rest. The measurement has a server of its own.
 */
export function measureCosts(run: Run, { isQuick }: { isQuick: boolean }): Promise<Costs> {
  return withCostSite(run, async (site) => {
    const counted = { countsInner: true, login: null, environment: ONE_BY_ONE };
    const { login, ...exact } = await withSystem(site, counted, measureOneByOne);
    const fast = { countsInner: false, login, environment: {} };
    const restSeconds = isQuick ? REST_SECONDS.quick : REST_SECONDS.full;
    const { rest, call_100_slots, ...reads } = await withSystem(site, fast, (system) =>
      measureBusy(system, restSeconds),
    );
    const call = withoutRest(exact.call, rest);
    const import_rows = withoutRest(exact.import_rows, rest);
    return { operations: { call, import_rows, call_100_slots: withoutRest(call_100_slots, rest), ...reads }, rest };
  });
}

async function measureOneByOne(system: CostSystem) {
  await measureCalls(system, WARM_UP);
  const call = await measureCalls(system, CALLS_ONE_BY_ONE);
  note(system, 'calls one by one', call);
  const import_rows = await measureImportRows(system);
  note(system, 'thousands of import rows', import_rows);
  return { login: system.login, call, import_rows };
}

/** Measures with as many calls at once as a worker handles best. Gives the cost of calls that share transactions. */
async function measureBusy(system: CostSystem, restSeconds: number) {
  await measureCalls(system, BUSY_WARM_UP);
  const call_100_slots = await measureCalls(system, CALLS_WHEN_BUSY);
  note(system, 'calls over 100 slots', call_100_slots);
  const rest = await measureRest(system, restSeconds);
  const reads = await measureReads(system);
  note(system, 'pages of calls', reads.list_calls);
  return { call_100_slots, rest, ...reads };
}

function note({ progress }: CostSite, what: string, { units, seconds, statements, wal_bytes }: CostSample): void {
  const costs = `${statements.toFixed(2)} statements, ${(wal_bytes / 1024).toFixed(2)} KiB of WAL each`;
  progress.note(`costs: ${what}: ${units} in ${seconds.toFixed(1)} s, ${costs}`);
}

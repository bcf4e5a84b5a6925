import type { CostSample } from './cost-sample.js';
import type { Costs, Operation } from './measure-costs.js';

export type Measure = Exclude<keyof CostSample, 'units' | 'seconds' | 'tables'>;

/** Figures of the cost check by name, such as `call.statements`. */
export type Figures = Readonly<Record<string, number>>;

const WRITES = ['wal_bytes', 'wal_records', 'row_versions', 'not_hot_updates', 'index_entries'] as const;
const MESSAGES = ['statements', 'round_trips', 'inner_statements', 'foreign_key_lookups'] as const;

/**
 * Figures that the cost check compares, since they are the same in every run, whatever else the machine does.
 * Statements over 100 slots and of imports are left out. How many calls share one, or how many the worker sends by the
 * clock, depends on speed.
 */
const CHECKED: Readonly<Partial<Record<Operation, readonly Measure[]>>> = {
  call: [...MESSAGES, ...WRITES],
  call_100_slots: WRITES,
  import_rows: ['inner_statements', 'foreign_key_lookups', 'wal_bytes', 'wal_records', 'row_versions', 'index_entries'],
  get_campaign: ['statements', 'round_trips', 'row_versions'],
  list_calls: ['statements', 'round_trips', 'row_versions'],
  get_call: ['statements', 'round_trips', 'row_versions'],
};

export function checkedFigures({ operations }: Pick<Costs, 'operations'>): Figures {
  const figures = Object.entries(CHECKED).flatMap(([operation, measures]) =>
    measures.map((measure) => [
      `${operation}.${measure}`,
      rounded(measure, operations[operation as Operation][measure] ?? NaN),
    ]),
  );
  return Object.fromEntries(figures) as Figures;
}

/** Bytes are whole. A write of the api's own among hundreds of reads must not count as one of each. */
function rounded(measure: Measure, value: number): number {
  return Number(value.toFixed(measure === 'wal_bytes' ? 0 : 2));
}

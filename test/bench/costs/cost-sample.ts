import { readCounters, type Counters, type Measured } from './counters.js';
import { walBetween, type TableWrites, type WalWrites } from './wal.js';

/** Costs of one unit of an operation: one settled call, a thousand import rows, one read. */
export interface CostSample {
  readonly units: number;
  readonly seconds: number;
  readonly statements: number;
  readonly round_trips: number;
  readonly inner_statements: number;
  readonly foreign_key_lookups: number;
  readonly wal_bytes: number;
  readonly wal_records: number;
  readonly row_versions: number;
  readonly updates: number;
  readonly not_hot_updates: number;
  readonly index_entries: number;
  readonly cpu_postgres_ms: number | null;
  readonly cpu_worker_ms: number | null;
  readonly cpu_api_ms: number | null;
  readonly tables: readonly TableWrites[];
}

/** Measures what `work` costs for each unit that it says it has done. */
export async function measureCost(measured: Measured, work: () => Promise<number>): Promise<CostSample> {
  const before = await readCounters(measured);
  const startedAt = performance.now();
  const units = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await readCounters(measured);
  const wal = await walBetween(measured.database, before.walPosition, after.walPosition);
  return { units, seconds, ...countersPerUnit(before, after, units), ...writesPerUnit(wal, units) };
}

function countersPerUnit(before: Counters, after: Counters, units: number) {
  const per = (name: Exclude<keyof Counters, 'walPosition'>) => {
    const [from, to] = [before[name], after[name]];
    return from === null || to === null ? null : (to - from) / units;
  };
  return {
    statements: per('statements') ?? NaN,
    round_trips: per('roundTrips') ?? NaN,
    inner_statements: per('innerStatements') ?? NaN,
    foreign_key_lookups: per('foreignKeyLookups') ?? NaN,
    cpu_postgres_ms: per('postgresMs'),
    cpu_worker_ms: per('workerMs'),
    cpu_api_ms: per('apiMs'),
  };
}

function writesPerUnit({ bytes, records, indexEntries, tables }: WalWrites, units: number) {
  const sum = (of: (table: TableWrites) => number) => tables.reduce((total, table) => total + of(table), 0) / units;
  return {
    wal_bytes: bytes / units,
    wal_records: records / units,
    row_versions: sum(({ inserts, updates, deletes }) => inserts + updates + deletes),
    updates: sum(({ updates }) => updates),
    not_hot_updates: sum(({ updates, hotUpdates }) => updates - hotUpdates),
    index_entries: indexEntries / units,
    tables: tables.map((table) => tablePerUnit(table, units)),
  };
}

function tablePerUnit({ table, inserts, updates, hotUpdates, deletes }: TableWrites, units: number): TableWrites {
  const counts = { inserts: inserts / units, updates: updates / units, hotUpdates: hotUpdates / units };
  return { table, ...counts, deletes: deletes / units };
}

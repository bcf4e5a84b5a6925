import { textTable } from '../table.js';
import type { CheckedFigure } from './cost-check.js';
import type { CostSample } from './cost-sample.js';
import type { Measure } from './figures.js';
import { OPERATIONS, type Costs, type Operation } from './measure-costs.js';
import type { RestCost } from './rest-costs.js';

const OPERATION_NAMES: Readonly<Record<Operation, string>> = {
  call: 'call, one by one',
  call_100_slots: 'call, 100 slots',
  import_rows: '1,000 import rows',
  get_campaign: 'GET /campaigns/{id}',
  list_calls: 'GET /calls (20)',
  get_call: 'GET /calls/{id}',
};

const MEASURE_NAMES: readonly (readonly [Measure, string])[] = [
  ['cpu_postgres_ms', 'CPU of PostgreSQL, ms'],
  ['cpu_worker_ms', 'CPU of the worker, ms'],
  ['cpu_api_ms', 'CPU of the api, ms'],
  ['statements', 'statements'],
  ['round_trips', 'round trips'],
  ['inner_statements', 'statements of triggers and functions'],
  ['foreign_key_lookups', 'foreign-key look-ups among them'],
  ['wal_bytes', 'WAL, bytes'],
  ['wal_records', 'WAL records'],
  ['row_versions', 'row versions written'],
  ['updates', 'updates among them'],
  ['not_hot_updates', 'updates that are not HOT'],
  ['index_entries', 'index entries written'],
];

/** Renders one column for each operation and one row for each measure. */
export function costTable({ operations }: Pick<Costs, 'operations'>): string {
  const head = ['cost of one', ...OPERATIONS.map((operation) => OPERATION_NAMES[operation])];
  const rows = MEASURE_NAMES.map(([measure, name]) => [
    name,
    ...OPERATIONS.map((one) => cell(one, operations[one], measure)),
  ]);
  const hot = OPERATIONS.map((one) => hotShare(operations[one]));
  return textTable([head, ...rows, ['share of updates that are HOT', ...hot]], isNumeric);
}

const INNER: ReadonlySet<Measure> = new Set(['inner_statements', 'foreign_key_lookups']);

const COUNTS_INNER: ReadonlySet<Operation> = new Set(['call', 'import_rows']);

/** Statements of triggers are not counted where processor time is what is measured. */
function cell(operation: Operation, sample: CostSample, measure: Measure): string {
  return INNER.has(measure) && !COUNTS_INNER.has(operation) ? '–' : figure(sample[measure]);
}

function hotShare({ updates, not_hot_updates }: CostSample): string {
  return updates === 0 ? '–' : `${((100 * (updates - not_hot_updates)) / updates).toFixed(0)} %`;
}

/** Tables below this many row versions a call have to do with the clock, not with calls. */
const FEW_VERSIONS = 0.05;

/** Row versions that one call writes, by table. */
export function tablesTable({ tables }: CostSample): string {
  const rows = tables
    .filter(({ inserts, updates, deletes }) => inserts + updates + deletes >= FEW_VERSIONS)
    .toSorted((a, b) => b.inserts + b.updates + b.deletes - (a.inserts + a.updates + a.deletes))
    .map(({ table, inserts, updates, hotUpdates, deletes }) => [
      table,
      ...[inserts, updates, hotUpdates, updates - hotUpdates, deletes].map(figure),
    ]);
  return textTable([['table', 'inserts', 'updates', 'HOT', 'not HOT', 'deletes'], ...rows], isNumeric);
}

export function restText(rest: RestCost): string {
  const { seconds, commits_per_minute, statements_per_minute } = rest;
  const counts = `${commits_per_minute.toFixed(0)} commits, ${statements_per_minute.toFixed(0)} statements`;
  const [postgres, worker, api] = [
    rest.cpu_postgres_ms_per_minute,
    rest.cpu_worker_ms_per_minute,
    rest.cpu_api_ms_per_minute,
  ].map(figure);
  const cpu = `CPU of PostgreSQL ${postgres} ms, worker ${worker} ms, api ${api} ms`;
  return `at rest, each minute (over ${seconds} s): ${counts}; ${cpu}`;
}

export function checkTable(checked: readonly CheckedFigure[]): string {
  const rows = checked.map(({ figure: name, kept, now, change, verdict }) => [
    name,
    figure(kept),
    figure(now),
    change === null ? '–' : `${change >= 0 ? '+' : ''}${change.toFixed(1)} %`,
    verdict,
  ]);
  return textTable([['figure', 'kept', 'now', 'change', 'verdict'], ...rows], (column) => column > 0 && column < 4);
}

function isNumeric(column: number): boolean {
  return column > 0;
}

function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 1_000 ? 2 : 0 });
}

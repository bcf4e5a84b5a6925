import type { DemoApi, DemoCall } from './demo-api.js';
import { textTable } from './text-table.js';

const PAGE_SIZE = 100;

/** Reads all calls of the demonstration's tenant, page by page. */
export async function allCalls(api: DemoApi): Promise<DemoCall[]> {
  const calls: DemoCall[] = [];
  for (let page = 1; ; page++) {
    const { items, total: expected } = await api.get<{ items: DemoCall[]; total: number }>(
      `/calls?page=${page}&page_size=${PAGE_SIZE}`,
    );
    calls.push(...items);
    if (items.length === 0 || calls.length >= expected) return calls;
  }
}

/** Returns a table with one row for each outcome, and the total. */
export function resultsTable(calls: readonly DemoCall[]): string {
  const outcomes = [...new Set(calls.map((call) => call.outcome ?? call.status))];
  const groups = outcomes.map((outcome) => calls.filter((call) => (call.outcome ?? call.status) === outcome));
  const rows = groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) => summarize(labelOf(group), group, calls.length));
  return textTable(
    ['outcome', 'calls', 'share', 'mean seconds', 'cost'],
    [...rows, summarize('all', calls, calls.length)],
  );
}

function labelOf([call]: readonly DemoCall[]): string {
  return (call?.outcome ?? call?.status ?? '').replaceAll('_', ' ');
}

function summarize(label: string, calls: readonly DemoCall[], all: number): (string | number)[] {
  const talked = calls.flatMap((call) => call.duration_seconds || []);
  const mean = talked.length > 0 ? (total(talked) / talked.length).toFixed(1) : '-';
  const cost = total(calls.map((call) => call.cost ?? 0)).toFixed(4);
  return [label, calls.length, `${((100 * calls.length) / all).toFixed(1)}%`, mean, cost];
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

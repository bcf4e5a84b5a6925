import type { Aim } from './lines.js';
import type { Result } from './results.js';

const HEAD = ['what', 'outdial', 'against', '', 'ratio', 'aim', 'reached'];
const TO_THE_RIGHT = new Set([1, 3, 4, 5]);

export function resultTable(results: readonly Result[]): string {
  return textTable([HEAD, ...results.map(cellsOf)], (column) => TO_THE_RIGHT.has(column));
}

/** Returns rows of cells as text in columns, the first row above a rule. */
export function textTable(rows: readonly (readonly string[])[], isToTheRight: (column: number) => boolean): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        isToTheRight(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function cellsOf(result: Result): string[] {
  const { what, against, unit, aim, ratio, is_reached, skipped } = result;
  if (skipped !== null) return [what, '', against, '', '', aimText(aim), `skipped: ${skipped}`];
  const value = (number: number | null) => `${rounded(number ?? NaN)} ${unit}`.trim();
  const verdict = is_reached === null ? '' : is_reached ? 'yes' : 'no';
  return [
    what,
    value(result.outdial_value),
    against,
    value(result.against_value),
    (ratio ?? NaN).toFixed(2),
    aimText(aim),
    verdict,
  ];
}

function rounded(number: number): string {
  return number.toLocaleString('en', { maximumFractionDigits: Math.abs(number) < 100 ? 1 : 0 });
}

function aimText(aim: Aim | null): string {
  if (aim === null) return '';
  return 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`;
}

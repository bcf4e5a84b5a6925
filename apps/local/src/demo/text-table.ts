type Cell = string | number;

/**
 * Formats a table for the terminal: numbers to the right, texts to the left. Rules separate the header and the last row
 * of totals.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { hasTotals = true }: { hasTotals?: boolean } = {},
): string {
  const texts = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...texts.map((row) => [...(row[column] ?? '')].length)));
  const isNumeric = head.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || /^[\d.,%-]*$/.test(String(row[column]))),
  );
  const line = (row: readonly string[]) =>
    `  ${row.map((text, column) => pad(text, widths[column] ?? 0, isNumeric[column] === true)).join('  ')}`.trimEnd();
  const rule = `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`;
  const lines = texts.map(line);
  const body = lines.slice(1);
  return [lines[0], rule, ...(hasTotals ? [...body.slice(0, -1), rule, ...body.slice(-1)] : body)].join('\n');
}

function pad(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - [...text].length));
  return isRight ? blanks + text : text + blanks;
}

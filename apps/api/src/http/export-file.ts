import { StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { csvLine, type CsvValue } from '#csv/csv-line.js';

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

type Row = Readonly<Record<string, unknown>>;

/**
 * A list as a file, row by row as it is read: memory does not grow with it, and whoever reads slowly is waited for.
 * @param columns of the file, in their order.
 */
export function exportFile(
  batches: AsyncIterable<readonly Row[]>,
  { format, columns, name }: { format: ExportFormat; columns: readonly string[]; name: string },
): StreamableFile {
  const lines = format === 'csv' ? csvLines(batches, columns) : jsonLines(batches, columns);
  return new StreamableFile(Readable.from(lines, { objectMode: false }), {
    type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    disposition: `attachment; filename="${name}.${format}"`,
  });
}

async function* csvLines(batches: AsyncIterable<readonly Row[]>, columns: readonly string[]): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const rows of batches) {
    yield rows.map((row) => csvLine(columns.map((column) => row[column] as CsvValue))).join('');
  }
}

async function* jsonLines(batches: AsyncIterable<readonly Row[]>, columns: readonly string[]): AsyncGenerator<string> {
  for await (const rows of batches) {
    yield rows
      .map((row) => `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column]])))}\n`)
      .join('');
  }
}

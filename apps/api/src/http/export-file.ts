import { StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { classifyWork } from '#database/connection/actor.js';
import { csvLine, type CsvForm, type CsvValue } from '#csv/csv-line.js';

export type ExportRow = Readonly<Record<string, unknown>>;

/** A list as it is read, and the columns of its file in their order. */
export interface ExportedList {
  readonly name: string;
  readonly columns: readonly string[];
  readonly batches: AsyncIterable<readonly ExportRow[]>;
}

/** Tells Excel that a file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Streams a list as CSV, row by row. Memory does not grow with the list, and a slow reader slows the reading. Nothing
 * is sent before the first rows are read, since the database may be too busy to answer.
 * @param list may take a while to find its columns: the answer begins before.
 */
export function csvFile(name: string, list: () => Promise<Omit<ExportedList, 'name'>>, form: CsvForm): StreamableFile {
  return streamed(csvLines(list, form), { type: 'text/csv; charset=utf-8', fileName: `${name}.csv` });
}

/** A list as JSON, an object a line, as it is read. */
export function ndjsonFile({ name, ...list }: ExportedList): StreamableFile {
  return streamed(jsonLines(list), { type: 'application/x-ndjson', fileName: `${name}.ndjson` });
}

function streamed(lines: AsyncIterable<string>, { type, fileName }: { type: string; fileName: string }) {
  const disposition = `attachment; filename="${fileName}"`;
  return new StreamableFile(Readable.from(lines, { objectMode: false }), { type, disposition });
}

async function* csvLines(list: () => Promise<Omit<ExportedList, 'name'>>, form: CsvForm): AsyncGenerator<string> {
  const { columns, batches } = await list();
  let before = (form.isForSpreadsheets ? BYTE_ORDER_MARK : '') + csvLine(columns, form);
  for await (const rows of batches) {
    classifyWork('begun');
    const lines = rows
      .map((row) =>
        csvLine(
          columns.map((column) => row[column] as CsvValue),
          form,
        ),
      )
      .join('');
    yield before + lines;
    before = '';
  }
  if (before !== '') yield before;
}

async function* jsonLines({ columns, batches }: Omit<ExportedList, 'name'>): AsyncGenerator<string> {
  for await (const rows of batches) {
    classifyWork('begun');
    yield rows
      .map((row) => `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column]])))}\n`)
      .join('');
  }
}

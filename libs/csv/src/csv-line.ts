import type { Delimiter } from './delimiter.js';
import { defused } from './formula.js';
import { keptBySpreadsheets } from './spreadsheet-text.js';

export type CsvValue = string | number | boolean | Date | null | undefined | object;

export interface CsvForm {
  readonly delimiter: Delimiter;
  /** True to write numbers and dates so that a spreadsheet keeps them as text. */
  readonly isForSpreadsheets: boolean;
}

/** Form of CSV for programs. */
export const PLAIN_CSV: CsvForm = { delimiter: ',', isForSpreadsheets: false };

/**
 * Returns one record by RFC 4180, with its line end. No cell of it is a formula, and Outdial's import reads it back
 * unchanged.
 */
export function csvLine(values: readonly CsvValue[], form: CsvForm = PLAIN_CSV): string {
  return `${values.map((value) => cellOf(value, form)).join(form.delimiter)}\r\n`;
}

const TO_BE_QUOTED = /[",;|\t\r\n]|^\s|\s$/;

function cellOf(value: CsvValue, { isForSpreadsheets }: CsvForm): string {
  const harmless = defused(textOf(value));
  const text = isForSpreadsheets ? keptBySpreadsheets(harmless) : harmless;
  return TO_BE_QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

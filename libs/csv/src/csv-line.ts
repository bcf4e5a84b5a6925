export type CsvValue = string | number | boolean | Date | null | undefined | object;

/**
 * One record by RFC 4180, with its line end. A cell that a spreadsheet would run as a formula gets an apostrophe before
 * it, which spreadsheets hide and our own import takes off again (OWASP, CSV injection); numbers, telephone numbers
 * too, are harmless and stay.
 */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cellOf).join(',')}\r\n`;
}

const FORMULA = /^['=+\-@\t\r＝＋－＠]/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const TO_BE_QUOTED = /[",;|\t\r\n]|^\s|\s$/;

function cellOf(value: CsvValue): string {
  const text = textOf(value);
  const harmless = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return TO_BE_QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function textOf(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

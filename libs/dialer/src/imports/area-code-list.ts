import type { TableRow } from '#csv/open-table.js';

/** Countries of the North American numbering plan, whose lists may be kept by area code; null: no country is known. */
const COUNTRIES: readonly (string | null)[] = ['US', 'CA', null];

/**
 * Returns true for a list without a header that has the area code in its own cell: `202,5550101`. The do-not-call
 * registry of the USA has this form.
 */
export function isAreaCodeList([area = '', number = '']: readonly string[], country: string | null): boolean {
  return COUNTRIES.includes(country) && /^[2-9]\d\d$/.test(area) && /^[2-9]\d{6}$/.test(number);
}

/** Writes the whole number into the first cell of a row of such a list. */
export function withAreaCode(row: TableRow): TableRow {
  const [area = '', number = '', ...others] = row.cells;
  return isAreaCodeList(row.cells, null) ? { ...row, cells: [`+1${area}${number}`, '', ...others] } : row;
}

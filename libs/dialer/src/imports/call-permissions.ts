import { cellText, columnsAt, type Column, type Mapping } from '#csv/mapping.js';
import type { TableRow } from '#csv/open-table.js';
import { forbidsInWords, permissionKind } from '#csv/permission-headers.js';
import { kindOfColumn } from '#csv/telephone-headers.js';
import { isForbidden, isForbiddingStatus, isNotPermitted, readAnswer } from '#rules/lead/call-permission.js';
import { MOST_NUMBERS_IN_A_CELL, readListedNumbers } from '#rules/phone-number/listed-numbers.js';

interface PermissionTable {
  readonly header: readonly string[];
  readonly mapping: Mapping;
  readonly sample: readonly TableRow[];
  readonly country: string | null;
  /** Status columns that a worker has found to forbid calls in an earlier turn. */
  readonly found: readonly string[];
}

/**
 * Finds columns of a contact file that say which people must not be called.
 *
 * - `Do Not Call` forbids a call if the cell says yes, or something that cannot be read.
 * - `Consent to call` forbids it if the cell says no, or is empty while the column is in use.
 * - A status forbids it if it says `DNC` or the like.
 *
 * The sender may name other columns as `do_not_call`, or none.
 */
export class CallPermissions {
  private readonly forbidding: readonly Column[];
  private readonly permitting: readonly (Column & { readonly isUsed: boolean })[];
  private readonly statuses: readonly Column[];
  private readonly others: readonly Column[];
  private readonly telephones: readonly Column[];
  private readonly seen: Set<string>;

  constructor(private readonly table: PermissionTable) {
    const { header, mapping, sample, found } = table;
    const isNamed = mapping.do_not_call !== undefined;
    const named = columnsAt(mapping, 'do_not_call', header);
    const columns = isNamed ? named : header.map((name, index) => ({ name, index }));
    const are = (kind: string) => columns.filter(({ name }) => permissionKind(name) === kind);
    const isUsed = ({ index }: Column) => sample.some(({ cells }) => readAnswer(cellText(cells[index])) !== 'nothing');
    this.permitting = are('permits').map((column) => ({ ...column, isUsed: isUsed(column) }));
    this.statuses = are('status');
    this.forbidding = isNamed
      ? named.filter(({ name }) => !['permits', 'status'].includes(permissionKind(name) ?? ''))
      : are('forbids');
    this.others = isNamed ? [] : are('other');
    const dialed = columnsAt(mapping, 'phone_number', header);
    const telephones = header.flatMap((name, index) => (kindOfColumn(name) === 'telephone' ? [{ name, index }] : []));
    this.telephones = [...dialed, ...telephones.filter(({ index }) => dialed.every((one) => one.index !== index))];
    this.seen = new Set(found);
  }

  /** True if rows may be forbidden. Each of their numbers is then locked. */
  get mayForbid(): boolean {
    return this.forbidding.length + this.permitting.length + this.statuses.length > 0;
  }

  /** Returns the header of the column that forbids to call the person of a row; null: none does. */
  forbiddenBy(cells: readonly (string | null)[], telephone: string | null): string | null {
    const text = ({ index }: Column) => cells[index] ?? null;
    const column =
      this.forbidding.find((one) => isForbidden(text(one))) ??
      this.permitting.find((one) => isNotPermitted(text(one), one.isUsed)) ??
      this.statuses.find((one) => isForbiddingStatus(text(one)));
    if (column) {
      this.seen.add(column.name);
      return column.name;
    }
    const inWords = this.telephones.find((one) => text(one) !== null && forbidsInWords(text(one)!.slice(0, 300)));
    return telephone !== null && inWords ? inWords.name : null;
  }

  /** Returns every number that the cells of a row may name, for the do-not-call list. */
  numbersOf(cells: readonly (string | null)[]): string[] {
    const numbers = this.telephones.flatMap(
      ({ index }) => readListedNumbers(cells[index] ?? null, this.table.country).numbers,
    );
    return [...new Set(numbers)].slice(0, MOST_NUMBERS_IN_A_CELL);
  }

  findings() {
    const forbidding = this.forbidding.map(({ name }) => name);
    const seen = [...this.permitting, ...this.statuses].filter(({ name }) => this.seen.has(name));
    return {
      do_not_call_columns: [...forbidding, ...seen.map(({ name }) => name)],
      call_permission_columns: this.permitting.map(({ name }) => name),
      other_opt_out_columns: this.others.map(({ name }) => name),
    };
  }
}

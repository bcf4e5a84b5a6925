import type { Table, TableRow } from '#csv/open-table.js';
import type { Mapping } from '#csv/mapping.js';
import type { ImportFindings } from '#database/entities/import.entity.js';
import type { Sql } from '#database/connection/sql.js';
import type { JudgedRow, ClaimedImport } from '#database/statements/imports/run-import.js';
import type { ImportKind as KindName, RowVerdict } from '#rules/lead/import-status.js';
import { columnVariables } from '#rules/template/template-names.js';

/** Kind of import: how its rows are read and stored. */
export interface ImportKind<Row extends ReadRow> {
  /** Rows of one transaction. */
  readonly together: number;
  /** True if every number must be found, even in cells that a misplaced quote has joined. */
  readonly isForgiving: boolean;
  /** Chooses the meaning of each column, or uses the sender's mapping. */
  chooseMapping(claimed: ClaimedImport, table: Table, sent: Mapping | null): Promise<MappingChoice>;
  /**
   * Prepares the reader, without the database.
   * @throws TableProblem for a table that cannot be read.
   */
  reader(claimed: ClaimedImport, table: Table, chosen: ChosenMapping): Promise<RowReader<Row>>;
  /**
   * Acquires the locks that precede the import's own.
   * @returns why the import cannot go on; null: it can.
   */
  lockForRows(sql: Sql, claimed: ClaimedImport, rows: readonly Row[]): Promise<ImportProblem | null>;
  /** Stores the rows while the import is locked. A dry run only returns the verdicts. */
  store(sql: Sql, claimed: ClaimedImport, rows: readonly Row[]): Promise<JudgedRow[]>;
}

export interface ChosenMapping {
  readonly mapping: Mapping;
  /** True if the first line is a row and no header. */
  readonly isHeadless: boolean;
}

export interface MappingChoice extends ChosenMapping {
  /** Reason why the file cannot be read by this mapping; null: it can. */
  readonly problem: ImportProblem | null;
  /** Further findings. */
  readonly found?: Partial<ImportFindings>;
}

export interface RowReader<Row> {
  /** Rows of one transaction, if fewer than usual. */
  readonly together?: number;
  read(row: TableRow): Row | Promise<Row>;
  /** Returns findings about the rows that were read so far. A reader without this method has none. */
  findings?(): Partial<ImportFindings>;
}

export interface ImportProblem {
  readonly code: string;
  readonly message: string;
}

/** Row as it was read, with a number or with a reason why it has none. */
export interface ReadRow {
  readonly row: number;
  /** Number as it is in the file. */
  readonly value: string | null;
  readonly phone_number: string | null;
  /** Keyed hashes of the number in hexadecimal, one for each way to write it. */
  readonly person_hashes: readonly string[] | null;
  /** First half of the first hash, as a UUID. */
  readonly person: string | null;
  readonly invalid: string | null;
}

/** Returns the first half of a hash as a UUID, which tells people apart as well as the whole. */
export function personIdOf(hash: string): string {
  const [a, b, c, d, e] = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ];
  return `${a}-${b}-${c}-${d}-${e}`;
}

/** Splits rows into the first of each number and those that repeat a number. Only the first counts. */
export function firstOfEach<Row extends ReadRow>(rows: readonly Row[]): { firsts: Row[]; repeated: Set<Row> } {
  const seen = new Set<string>();
  const repeated = new Set<Row>();
  const firsts = rows.filter((row) => {
    if (row.person === null) return false;
    if (seen.has(row.person)) repeated.add(row);
    else seen.add(row.person);
    return !repeated.has(row);
  });
  return { firsts, repeated };
}

const REASONS: Record<Exclude<RowVerdict, 'created' | 'invalid'>, string> = {
  revived: 'was removed before, and is back',
  updated: 'was there already, and has been filled in',
  duplicate_in_file: 'the number stands earlier in this file',
  duplicate_existing: 'the number was there already',
  suppressed: 'the number is on the do-not-call list',
};

export const ERASED = 'the person was erased and is not stored again';

interface Verdict {
  /** Lead that the row has added. */
  readonly leadId?: string | null;
  /** Contact that has the number already. */
  readonly contactId?: string | null;
  readonly reason?: string;
  readonly notes?: readonly string[];
}

export function judged(
  { row, value, person, invalid }: ReadRow,
  verdict: RowVerdict,
  { leadId = null, contactId = null, reason, notes = [] }: Verdict = {},
): JudgedRow {
  const why = verdict === 'created' ? null : verdict === 'invalid' ? invalid : REASONS[verdict];
  const said = contactId === null ? (reason ?? why) : `${reason ?? why} (contact ${contactId})`;
  const all = [...(said === null ? [] : [said]), ...notes].map(storable).join('; ');
  return { row, verdict, value: value && storable(value), reason: all || null, person, lead_id: leadId };
}

/** Removes NUL, which PostgreSQL does not store. */
function storable(text: string): string {
  return text.replaceAll('\0', '');
}

/** Returns how a campaign's texts name the columns of a contact file that become custom fields. */
export function variableFindings(
  kind: KindName,
  header: readonly string[],
  mapping: Mapping,
): Pick<ImportFindings, 'custom_fields'> {
  if (kind !== 'contacts') return {};
  const mapped = new Set(Object.values(mapping).flat());
  return { custom_fields: columnVariables(header.filter((name) => !mapped.has(name))) };
}

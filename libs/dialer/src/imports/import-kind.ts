import type { Table, TableRow } from '#csv/open-table.js';
import type { Mapping } from '#csv/mapping.js';
import type { ImportFindings } from '#database/entities/import.entity.js';
import type { Sql } from '#database/connection/sql.js';
import type { JudgedRow, TakenImport } from '#database/statements/imports/run-import.js';
import type { RowVerdict } from '#rules/lead/import-status.js';

/** How rows of one kind of import are read and stored. */
export interface ImportLane<Row extends ReadRow> {
  /** Rows of one transaction. */
  readonly together: number;
  /** Finds every number, also amid what a quote out of place has swallowed. */
  readonly isForgiving: boolean;
  /** Finds out which column is what, or takes what the sender says. */
  chooseMapping(taken: TakenImport, table: Table, sent: Mapping | null): Promise<MappingChoice>;
  /** Reads cells; nothing of it touches the database. @throws TableProblem for a table that it cannot read. */
  reader(taken: TakenImport, table: Table, chosen: ChosenMapping): Promise<RowReader<Row>>;
  /** Takes the locks that come before the import's own. @returns why it cannot go on; null: it can. */
  hold(sql: Sql, taken: TakenImport, rows: readonly Row[]): Promise<LaneProblem | null>;
  /** Stores what can be stored, the import being held; in a dry run it only says what would come of it. */
  store(sql: Sql, taken: TakenImport, rows: readonly Row[]): Promise<JudgedRow[]>;
}

export interface ChosenMapping {
  readonly mapping: Mapping;
  /** The first line is a row, and no header. */
  readonly isHeadless: boolean;
}

export interface MappingChoice extends ChosenMapping {
  /** Why the file cannot be read by it; null: it can. */
  readonly problem: LaneProblem | null;
  /** Further findings. */
  readonly found?: Partial<ImportFindings>;
}

export interface RowReader<Row> {
  /** Rows of one transaction, where they are fewer than usual. */
  readonly together?: number;
  read(row: TableRow): Row | Promise<Row>;
  /** Findings of the rows read so far; no such method: none. */
  findings?(): Partial<ImportFindings>;
}

export interface LaneProblem {
  readonly code: string;
  readonly message: string;
}

/** A row as it was read: one with a number, or with a reason why not. */
export interface ReadRow {
  readonly row: number;
  /** The number as it stood in the file. */
  readonly value: string | null;
  readonly phone_number: string | null;
  /** Keyed hashes of the number, hexadecimal, one for each writing, and the first half of the first as a UUID. */
  readonly person_hashes: readonly string[] | null;
  readonly person: string | null;
  readonly invalid: string | null;
}

/** The first half of a hash, which tells people apart as well as the whole does. */
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

/** Rows whose number stands earlier among them are told apart: only the first of a number counts. */
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
  /** The lead that the row has made. */
  readonly leadId?: string | null;
  /** The contact that has the number already. */
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

/** PostgreSQL stores no NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '');
}

import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { ColumnVariable } from '#rules/template/template-names.js';
import type { DuplicateRule } from '#rules/lead/duplicate-rule.js';
import type { ImportKind, ImportStatus, RowVerdict } from '#rules/lead/import-status.js';

/** Reading of a file as the sender specifies it; null: detected. */
export interface ImportOptions {
  readonly dry_run: boolean;
  /** Maps each field to the header of its column, or to several headers, the preferred one first. */
  readonly mapping: Readonly<Record<string, string | readonly string[]>> | null;
  readonly default_country: string | null;
  readonly delimiter: string | null;
  readonly encoding: string | null;
  readonly on_duplicate: DuplicateRule;
}

/** A column that may have the telephone numbers. */
export interface MappingCandidate {
  readonly column: string;
  /** Share of valid numbers among the cells of the first rows, from 0 to 1. */
  readonly valid_share: number;
  /** Last digits of some of the numbers. */
  readonly samples: readonly string[];
}

/** Findings about a file. */
export interface ImportFindings {
  readonly header: readonly string[];
  readonly mapping: Readonly<Record<string, string | readonly string[]>>;
  readonly encoding: string;
  /** True: another encoding may be the right one. */
  readonly is_encoding_doubtful?: boolean;
  readonly delimiter: string;
  /** Columns of a contact file that forbid calls, and those by which some call is forbidden. */
  readonly do_not_call_columns?: readonly string[];
  /** Columns of a contact file that permit calls, and forbid them with a "no". */
  readonly call_permission_columns?: readonly string[];
  /** Columns of a contact file that forbid emails, texts or faxes only. They do not forbid calls. */
  readonly other_opt_out_columns?: readonly string[];
  /** Rows of a contact file whose number has an extension. */
  readonly extensions?: number;
  /** Columns of an export of contacts with their results. They are not read as fields. */
  readonly ignored_columns?: readonly string[];
  /** Columns that may be the number, between which the sender must choose. */
  readonly candidates?: readonly MappingCandidate[];
  /** Columns of a do-not-call file from which telephone numbers are read. */
  readonly telephone_columns?: readonly string[];
  /** Columns of a do-not-call file that may have telephone numbers and are not read. */
  readonly unread_columns?: readonly string[];
  /** Columns of a contact file that become custom fields, and the variables that refer to them. */
  readonly custom_fields?: readonly ColumnVariable[];
}

/** A file of contacts or of do-not-call numbers, and the progress of its import. */
@Entity('imports')
export class Import {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 50 })
  kind: ImportKind;

  @Column('uuid', { nullable: true })
  campaign_id: string | null;

  @Column('varchar', { length: 50, default: 'receiving' })
  status: ImportStatus;

  @Column('varchar', { length: 255, nullable: true })
  file_name: string | null;

  @Column('bigint', { default: 0 })
  file_bytes: string;

  @Column('jsonb', { default: {} })
  options: ImportOptions;

  @Column('jsonb', { nullable: true })
  found: ImportFindings | null;

  @Column('bigint', { default: 0 })
  bytes_read: string;

  @Column('integer', { default: 0 })
  rows_read: number;

  @Column('integer', { default: 0 })
  created: number;

  @Column('integer', { default: 0 })
  revived: number;

  @Column('integer', { default: 0 })
  updated: number;

  @Column('integer', { default: 0 })
  duplicate_in_file: number;

  @Column('integer', { default: 0 })
  duplicate_existing: number;

  @Column('integer', { default: 0 })
  invalid: number;

  @Column('integer', { default: 0 })
  suppressed: number;

  /** Rows of a do-not-call file with an unreadable end. Their numbers are listed without an end. */
  @Column('integer', { default: 0 })
  listed_for_good: number;

  /** Rows of a do-not-call file whose number could not be read and is not listed. */
  @Column('integer', { default: 0 })
  not_listed: number;

  /** Number of rows in rows.csv, and of rows beyond its limit. */
  @Column('integer', { default: 0 })
  rows_kept: number;

  @Column('integer', { default: 0 })
  rows_left_out: number;

  @Column('integer', { default: 0 })
  undone: number;

  @Column('varchar', { length: 50, nullable: true })
  problem_code: string | null;

  @Column('varchar', { length: 1000, nullable: true })
  problem: string | null;

  /** Worker that has claimed the import, until `claimed_until`. */
  @Column('varchar', { length: 100, nullable: true })
  holder: string | null;

  @Column('timestamptz', { nullable: true })
  claimed_until: Date | null;

  /** Number of claims since the import last made progress. */
  @Column('integer', { default: 0 })
  tries: number;

  /** True: the result of each row is still stored. */
  @Column('boolean', { default: true })
  is_detailed: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true })
  started_at: Date | null;

  @Column('timestamptz', { nullable: true })
  finished_at: Date | null;
}

/** A piece of the file, deleted once the import has ended. */
@Entity('import_chunks')
export class ImportChunk {
  @PrimaryColumn('uuid')
  import_id: string;

  @PrimaryColumn('integer')
  n: number;

  @Column('bytea')
  bytes: Buffer;
}

/** A row of the file that did not create a contact. */
@Entity('import_rows')
export class ImportRow {
  @PrimaryColumn('uuid')
  import_id: string;

  @PrimaryColumn('integer')
  row: number;

  @Column('varchar', { length: 50 })
  verdict: RowVerdict;

  @Column('varchar', { length: 255, nullable: true })
  value: string | null;

  @Column('varchar', { length: 500, nullable: true })
  reason: string | null;

  @Column('uuid', { nullable: true })
  person: string | null;
}

/** A person whom the file has named so far, as a keyed hash. */
@Entity('import_people')
export class ImportPerson {
  @PrimaryColumn('uuid')
  import_id: string;

  @PrimaryColumn('uuid')
  person: string;

  @Column('varchar', { length: 50 })
  verdict: RowVerdict;

  @Column('uuid', { nullable: true })
  lead_id: string | null;
}

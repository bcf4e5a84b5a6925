import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { ColumnVariable } from '#rules/template/template-names.js';
import type { ImportKind, ImportStatus, RowVerdict } from '#rules/lead/import-status.js';

/** How the sender wants a file to be read; null: found out. */
export interface ImportOptions {
  readonly dry_run: boolean;
  /** Field → header of its column, or several, the preferred one first. */
  readonly mapping: Readonly<Record<string, string | readonly string[]>> | null;
  readonly default_country: string | null;
  readonly delimiter: string | null;
  readonly encoding: string | null;
  readonly on_duplicate: 'skip' | 'update';
}

/** A column that may be the telephone. */
export interface MappingCandidate {
  readonly column: string;
  /** Share of the cells of the first rows that are valid numbers, from 0 to 1. */
  readonly valid_share: number;
  /** Last digits of some of them. */
  readonly samples: readonly string[];
}

/** What the file was found to be. */
export interface ImportFindings {
  readonly header: readonly string[];
  readonly mapping: Readonly<Record<string, string | readonly string[]>>;
  readonly encoding: string;
  /** Another encoding may be the right one. */
  readonly is_encoding_doubtful?: boolean;
  readonly delimiter: string;
  /** Columns of a file of contacts that forbid calls, and others by which some call is forbidden. */
  readonly do_not_call_columns?: readonly string[];
  /** Columns of a file of contacts that permit calls, and forbid them where they say no. */
  readonly call_permission_columns?: readonly string[];
  /** Columns of a file of contacts that forbid emails, texts or faxes alone: calls are not forbidden by them. */
  readonly other_opt_out_columns?: readonly string[];
  /** Rows of a file of contacts whose number has an extension. */
  readonly extensions?: number;
  /** Columns of an export of contacts that say what has become of them, and are not read as fields. */
  readonly ignored_columns?: readonly string[];
  /** Columns that may be the number, where the sender must say which is. */
  readonly candidates?: readonly MappingCandidate[];
  /** Columns of a do-not-call file from which telephone numbers are read. */
  readonly telephone_columns?: readonly string[];
  /** Columns of a do-not-call file whose cells may be telephone numbers, and are not read. */
  readonly unread_columns?: readonly string[];
  /** Columns of a contact file that become custom fields, and the variables that say them. */
  readonly custom_fields?: readonly ColumnVariable[];
}

/** A file of contacts or of do-not-call numbers, and how far it has been worked off. */
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

  /** Rows of a do-not-call file whose end could not be read: their numbers are listed for good. */
  @Column('integer', { default: 0 })
  listed_for_good: number;

  /** Rows of a do-not-call file with a number that could not be read and is not on the list. */
  @Column('integer', { default: 0 })
  not_listed: number;

  /** Rows that rows.csv has, and rows beyond what is kept for it. */
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

  /** The worker that has it, and until when it is nobody else's. */
  @Column('varchar', { length: 100, nullable: true })
  holder: string | null;

  @Column('timestamptz', { nullable: true })
  held_until: Date | null;

  /** How often it was taken up since it last moved on. */
  @Column('integer', { default: 0 })
  tries: number;

  /** What came of each row is still kept. */
  @Column('boolean', { default: true })
  is_detailed: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true })
  started_at: Date | null;

  @Column('timestamptz', { nullable: true })
  finished_at: Date | null;
}

/** A piece of the file; gone once the import has ended. */
@Entity('import_chunks')
export class ImportChunk {
  @PrimaryColumn('uuid')
  import_id: string;

  @PrimaryColumn('integer')
  n: number;

  @Column('bytea')
  bytes: Buffer;
}

/** A row of the file that was not created. */
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

/** Whom the file has named so far, by keyed hash. */
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

import { COLUMN_LIMITS } from '#rules/values/text-limits.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Columns } from './columns.js';

export const DNC_SOURCES = ['manual', 'import', 'opt_out'] as const;
export type DncSource = (typeof DNC_SOURCES)[number];

/** A number that a tenant must not call. */
@Entity('dnc_entries')
export class DncEntry {
  @PrimaryColumn('varchar', { length: 255 })
  tenant_id: string;

  /** The number as it was listed first. */
  @Column('varchar', { length: 20 })
  phone_number: string;

  /** Key of the number (`numberKey`). Rows with the same key ring the same phone, however its number is written. */
  @PrimaryColumn('varchar', { length: 20 })
  number_key: string;

  @Column('varchar', { length: COLUMN_LIMITS.dnc_entries.reason, nullable: true })
  reason: string | null;

  @Column('varchar', { length: 50 })
  source: DncSource;

  @Column('timestamptz', { nullable: true })
  expires_at: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  /** The import that added the entry. */
  @Column('uuid', { nullable: true })
  import_id: string | null;

  /** True: the entry applies to test campaigns only; false: to all others. */
  @PrimaryColumn('boolean', { default: false })
  is_test: boolean;
}

/** Columns that the API does not show. */
export const DNC_HIDDEN_COLUMNS = [
  'tenant_id',
  'number_key',
  'import_id',
] as const satisfies readonly (keyof DncEntry)[];

/** An entry as the API shows it. */
export type DncRow = Readonly<Omit<Columns<DncEntry>, (typeof DNC_HIDDEN_COLUMNS)[number]>>;

/** Columns that a client sets. */
export type DncTerms = Omit<DncRow, 'source' | 'created_at'>;

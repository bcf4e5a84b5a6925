import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Columns } from './columns.js';

@Entity('tenants')
export class Tenant {
  @PrimaryColumn('varchar', { length: 255, default: () => 'gen_random_uuid()::text' })
  id: string;

  @Column('varchar', { length: 255 })
  business_name: string;

  @Column('char', { length: 2, nullable: true })
  default_country: string | null;

  /** Minutes of talk that are left; null: as many as one likes. */
  @Column('integer', { nullable: true })
  minutes_remaining: number | null;

  /** Minutes of these that are reserved for calls in progress. */
  @Column('integer', { default: 0 })
  minutes_reserved: number;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  /** Since when the tenant's kill switch is engaged. */
  @Column('timestamptz', { nullable: true })
  dialing_halted_at: Date | null;

  @Column('varchar', { length: 255, nullable: true })
  dialing_halted_reason: string | null;

  /** True if calling windows are cut to what the law of the contact's area allows. */
  @Column('boolean', { default: true })
  uses_rule_packs: boolean;

  /** Least time from one call to the next to the same number, in any campaign. */
  @Column('integer', { default: 0 })
  min_gap_seconds: number;

  /** At most so many calls to one number … */
  @Column('integer', { nullable: true })
  cap_attempts: number | null;

  /** … in so many days, rolling. */
  @Column('integer', { nullable: true })
  cap_days: number | null;

  /** How long recordings are kept; null: for ever. */
  @Column('integer', { nullable: true })
  recordings_days: number | null;

  /** Days for which transcripts, messages and summaries are kept; null: for ever. */
  @Column('integer', { nullable: true })
  transcripts_days: number | null;

  /**
   * Minutes that the operator pays for at most; null: as the installation says; -1: unlimited. So it is with the other
   * limits.
   */
  @Column('integer', { nullable: true })
  limit_minutes: number | null;

  @Column('integer', { nullable: true })
  limit_concurrent_calls: number | null;

  @Column('integer', { nullable: true })
  limit_calls_per_day: number | null;

  @Column('integer', { nullable: true })
  limit_open_imports: number | null;

  @Column('bigint', { nullable: true })
  limit_import_bytes: string | null;

  /** Minutes of the operator's that ended calls have taken since the limit was last set. */
  @Column('integer', { default: 0 })
  operator_minutes_used: number;

  /** Minutes of the operator's that are reserved for calls in progress. */
  @Column('integer', { default: 0 })
  operator_minutes_reserved: number;

  /** The latest day (UTC) on which calls were counted, and how many. */
  @Column('date', { nullable: true })
  operator_calls_on: string | null;

  @Column('integer', { default: 0 })
  operator_calls: number;

  /** Sentence of campaigns that have none; null: the default of their language. */
  @Column('varchar', { length: 500, nullable: true })
  disclosure: string | null;

  @Column('varchar', { length: 500, nullable: true })
  recording_notice: string | null;
}

/** Columns that no edit of a tenant by its users changes. */
export const TENANT_FIXED_COLUMNS = [
  'id',
  'created_at',
  'minutes_reserved',
  'dialing_halted_at',
  'dialing_halted_reason',
  'limit_minutes',
  'limit_concurrent_calls',
  'limit_calls_per_day',
  'limit_open_imports',
  'limit_import_bytes',
  'operator_minutes_used',
  'operator_minutes_reserved',
  'operator_calls_on',
  'operator_calls',
] as const satisfies readonly (keyof Tenant)[];

/** Columns that a tenant's users may change. */
export type TenantTerms = Omit<Columns<Tenant>, (typeof TENANT_FIXED_COLUMNS)[number]>;

/** The terms of a tenant as bodies and views have them: the cap and the retention are objects there. */
export type TenantProperties = Omit<TenantTerms, 'cap_attempts' | 'cap_days' | 'recordings_days' | 'transcripts_days'> &
  Record<'frequency_cap' | 'retention', unknown>;

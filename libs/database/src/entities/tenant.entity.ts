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

  /** Minutes left in the tenant's budget; null: no budget. */
  @Column('integer', { nullable: true })
  minutes_remaining: number | null;

  /** Minutes of these that are reserved for calls in progress. */
  @Column('integer', { default: 0 })
  minutes_reserved: number;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  /** Time at which the tenant's kill switch was engaged. */
  @Column('timestamptz', { nullable: true })
  dialing_halted_at: Date | null;

  @Column('varchar', { length: 255, nullable: true })
  dialing_halted_reason: string | null;

  /** True if calling windows are cut to what the law of the contact's area allows. */
  @Column('boolean', { default: true })
  uses_rule_packs: boolean;

  /** Shortest time between two calls to a number, in any campaign. */
  @Column('integer', { default: 0 })
  min_gap_seconds: number;

  /** Greatest number of calls to one number in `cap_days`. */
  @Column('integer', { nullable: true })
  cap_attempts: number | null;

  /** Days of the rolling period of `cap_attempts`. */
  @Column('integer', { nullable: true })
  cap_days: number | null;

  /** Days for which recordings are stored; null: for ever. */
  @Column('integer', { nullable: true })
  recordings_days: number | null;

  /** Days for which transcripts, messages and summaries are kept; null: for ever. */
  @Column('integer', { nullable: true })
  transcripts_days: number | null;

  /**
   * Limit of the minutes that the operator pays for. As with the other limits, null is the installation's default and
   * -1 unlimited.
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

  /** Minutes of the operator charged for ended calls since the limit was last set. */
  @Column('integer', { default: 0 })
  operator_minutes_used: number;

  /** Minutes of the operator's that are reserved for calls in progress. */
  @Column('integer', { default: 0 })
  operator_minutes_reserved: number;

  /** The latest day (UTC) with calls; `operator_calls` counts that day's calls. */
  @Column('date', { nullable: true })
  operator_calls_on: string | null;

  @Column('integer', { default: 0 })
  operator_calls: number;

  /** Sentence for campaigns that have none; null: the default of their language. */
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

/** The terms of a tenant in bodies and views, with the cap and the retention as objects. */
export type TenantProperties = Omit<TenantTerms, 'cap_attempts' | 'cap_days' | 'recordings_days' | 'transcripts_days'> &
  Record<'frequency_cap' | 'retention', unknown>;

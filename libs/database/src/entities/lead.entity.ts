import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Outcome } from '#rules/call/outcome.js';
import { COLUMN_LIMITS } from '#rules/values/text-limits.js';
import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import type { Columns } from './columns.js';
import { Call } from './call.entity.js';
import { Campaign } from './campaign.entity.js';

@Entity('leads')
export class Lead {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('uuid')
  campaign_id: string;

  @Column('varchar', { length: 20 })
  phone_number: string;

  /** Key of the number (`numberKey`). Rows with the same key ring the same phone, however its number is written. */
  @Column('varchar', { length: 20 })
  number_key: string;

  @Column('varchar', { length: COLUMN_LIMITS.leads.first_name, nullable: true })
  first_name: string | null;

  @Column('varchar', { length: COLUMN_LIMITS.leads.last_name, nullable: true })
  last_name: string | null;

  @Column('varchar', { length: COLUMN_LIMITS.leads.email, nullable: true })
  email: string | null;

  @Column('jsonb', { nullable: true, default: {} })
  custom_fields: Record<string, unknown>;

  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true })
  last_called_at: Date | null;

  @Column('integer', { nullable: true, default: 0 })
  call_attempts: number;

  @Column('varchar', { length: 50, default: 'pending' })
  status: LeadStatus;

  @Column('varchar', { length: 50, nullable: true })
  outcome: Outcome | null;

  @Column('timestamptz', { default: () => 'now()' })
  next_attempt_at: Date;

  @Column('varchar', { length: 50, nullable: true })
  block_code: string | null;

  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  updated_at: Date;

  /** Attempts that a redial has excluded from the cap. */
  @Column('integer', { default: 0 })
  earlier_attempts: number;

  /** Time zone given with the contact; null: it follows from the number. */
  @Column('varchar', { length: 64, nullable: true })
  timezone: string | null;

  /** Null: not looked up yet. */
  @Column('integer', { nullable: true })
  area_id: number | null;

  /** Time at which the person's data was erased. The row stays for the counts. */
  @Column('timestamptz', { nullable: true })
  erased_at: Date | null;

  /**
   * Earliest time of the next attempt, by the retry policy or the contact's wish. Only a redial clears it. Null: no
   * such wait.
   */
  @Column('timestamptz', { nullable: true })
  retry_at: Date | null;

  /** Status that a removed lead gets back when it is added again; a trigger stores it. */
  @Column('varchar', { length: 50, nullable: true })
  removed_status: LeadStatus | null;

  /** Contacts of the campaign with the same number that an upgrade merged into this one, as they were; null: none. */
  @Column('jsonb', { nullable: true })
  merged_contacts: MergedContact[] | null;

  @ManyToOne(() => Campaign, (campaign) => campaign.leads)
  @JoinColumn({ name: 'campaign_id' })
  campaign?: Relation<Campaign>;

  @OneToMany(() => Call, (call) => call.lead)
  calls?: Call[];
}

/** Columns of the engine. The API shows all others, as contacts. */
export const LEAD_ENGINE_COLUMNS = [
  'number_key',
  'area_id',
  'earlier_attempts',
  'erased_at',
  'retry_at',
  'removed_status',
  'merged_contacts',
] as const satisfies readonly (keyof Lead)[];

/** Columns that the API shows, and that no edit of a contact changes. */
export const LEAD_FIXED_COLUMNS = [
  'id',
  'tenant_id',
  'campaign_id',
  'created_at',
  'last_called_at',
  'call_attempts',
  'status',
  'outcome',
  'next_attempt_at',
  'block_code',
  'updated_at',
] as const satisfies readonly (keyof Lead)[];

type ShownLead = Omit<Columns<Lead>, (typeof LEAD_ENGINE_COLUMNS)[number]>;

/** A lead as the API shows it: `next_attempt_at` is null if no attempt follows. */
export type LeadRow = Omit<ShownLead, 'next_attempt_at'> & { readonly next_attempt_at: Date | null };

/** Columns that a tenant sets. The body that adds a contact has a property for each. */
export type LeadTerms = Omit<ShownLead, (typeof LEAD_FIXED_COLUMNS)[number]>;

/** A contact whose calls another contact has got in a merge. */
export interface MergedContact {
  readonly id: string;
  readonly phone_number: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly custom_fields: Readonly<Record<string, unknown>> | null;
  readonly timezone: string | null;
  readonly status: string;
  readonly outcome: string | null;
  readonly call_attempts: number;
  readonly created_at: string;
}

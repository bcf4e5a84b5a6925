import type { CallingWindow } from '#rules/calling-hours/window/calling-window.js';
import type { CampaignStatus, CampaignStatusReason } from '#rules/campaign/campaign-status.js';
import type { RetryPolicy } from '#rules/attempt/retry-policy.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import { Column, Entity, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
import type { Columns } from './columns.js';
import { Call } from './call.entity.js';
import { Lead } from './lead.entity.js';

@Entity('campaigns')
export class Campaign {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 255 })
  name: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('varchar', { length: 50, default: 'draft' })
  status: CampaignStatus;

  @Column('varchar', { length: 50, nullable: true })
  status_reason: CampaignStatusReason | null;

  @Column('text')
  system_prompt: string;

  @Column('varchar', { length: 100 })
  voice_id: string;

  @Column('text', { nullable: true })
  first_message: string | null;

  @Column('integer', { nullable: true, default: 10 })
  max_concurrent_calls: number;

  @Column('boolean', { nullable: true, default: true })
  retry_failed: boolean;

  @Column('integer', { nullable: true, default: 3 })
  max_retries: number;

  @Column('integer', { default: 30 })
  ring_timeout_seconds: number;

  @Column('integer', { default: 600 })
  max_call_seconds: number;

  @Column('char', { length: 2, nullable: true })
  default_country: string | null;

  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true })
  started_at: Date | null;

  @Column('timestamptz', { nullable: true })
  completed_at: Date | null;

  @Column('integer', { nullable: true, default: 0 })
  total_leads: number;

  @Column('integer', { nullable: true, default: 0 })
  calls_completed: number;

  @Column('integer', { nullable: true, default: 0 })
  calls_failed: number;

  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  updated_at: Date;

  /** Values that differ from the default policy. */
  @Column('jsonb', { nullable: true })
  retry_policy: Partial<RetryPolicy> | null;

  @Column('integer', { default: 0 })
  min_gap_seconds: number;

  @Column('timestamptz', { nullable: true })
  start_at: Date | null;

  @Column('timestamptz', { nullable: true })
  end_at: Date | null;

  /**
   * Time at which the engine wakes the running campaign. Null: not before a slot is freed or a lead becomes pending.
   */
  @Column('timestamptz', { nullable: true })
  wake_at: Date | null;

  @Column('integer', { default: 0 })
  breaker_attempts: number;

  @Column('integer', { default: 0 })
  breaker_faults: number;

  /** Total seconds for which ended attempts occupied slots. */
  @Column('numeric', { precision: 16, scale: 3, default: 0 })
  slot_seconds: string;

  @Column('bigint', { default: 0 })
  talk_seconds: string;

  @Column('numeric', { precision: 14, scale: 4, default: 0 })
  total_cost: string;

  /** Null: the default window. */
  @Column('jsonb', { nullable: true })
  calling_window: CallingWindow | null;

  /** Local dates on which nobody is called. */
  @Column('jsonb', { default: [] })
  blackout_dates: string[];

  @Column('boolean', { default: false })
  skips_public_holidays: boolean;

  @Column('boolean', { default: false })
  requires_consent: boolean;

  /** Null: the installation's own account. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  /** Null: a number of the pool, or that of the environment. */
  @Column('varchar', { length: 20, nullable: true })
  from_number: string | null;

  /** Reason of the latest rejection, by the provider or by Outdial; null: the provider never rejected a call. */
  @Column('varchar', { length: 255, nullable: true })
  provider_rejection: string | null;

  @Column('timestamptz', { nullable: true })
  provider_rejected_since: Date | null;

  @Column('timestamptz', { nullable: true })
  provider_rejected_until: Date | null;

  /** RFC 5646 language tag; null: the provider's default. */
  @Column('varchar', { length: 35, nullable: true })
  language: string | null;

  @Column('boolean', { default: true })
  record_calls: boolean;

  @Column('varchar', { length: 20, default: 'hangup' })
  voicemail_action: VoicemailAction;

  /** First sentence of a call, which says that no person speaks. Empty: switched off; null: the tenant's. */
  @Column('varchar', { length: 500, nullable: true })
  disclosure: string | null;

  /** Second sentence of a call, which says that it is recorded. Empty: switched off; null: the tenant's. */
  @Column('varchar', { length: 500, nullable: true })
  recording_notice: string | null;

  /** True: a test campaign, set at creation for good. Its calls go over the simulator, in a world of its own. */
  @Column('boolean', { default: false })
  is_test: boolean;

  @OneToMany(() => Lead, (lead) => lead.campaign)
  leads?: Lead[];

  @OneToMany(() => Call, (call) => call.campaign)
  calls?: Call[];
}

/** Columns of the engine, which the API does not show. */
export const ENGINE_COLUMNS = [
  'wake_at',
  'breaker_attempts',
  'breaker_faults',
  'slot_seconds',
  'talk_seconds',
  'total_cost',
  'provider_rejection',
  'provider_rejected_since',
  'provider_rejected_until',
] as const satisfies readonly (keyof Campaign)[];

/** Columns that the API shows, and that no edit of a campaign changes. */
type FixedColumn =
  | 'id'
  | 'tenant_id'
  | 'is_test'
  | 'status'
  | 'status_reason'
  | 'created_at'
  | 'started_at'
  | 'completed_at'
  | 'total_leads'
  | 'calls_completed'
  | 'calls_failed'
  | 'updated_at';

/** A campaign as the API shows it. */
export type CampaignRow = Omit<Columns<Campaign>, (typeof ENGINE_COLUMNS)[number]>;

/** Columns that a tenant sets. The body that creates or edits a campaign has a property for each. */
export type CampaignTerms = Omit<CampaignRow, FixedColumn>;

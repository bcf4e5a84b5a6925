import type { CallingWindow } from '#rules/calling-hours/window/calling-window.js';
import type { CampaignStatus, CampaignStatusReason } from '#rules/campaign/campaign-status.js';
import type { RetryPolicy } from '#rules/attempt/retry-policy.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

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

  /** What differs from the default policy. */
  @Column('jsonb', { nullable: true })
  retry_policy: Partial<RetryPolicy> | null;

  @Column('integer', { default: 0 })
  min_gap_seconds: number;

  @Column('timestamptz', { nullable: true })
  start_at: Date | null;

  @Column('timestamptz', { nullable: true })
  end_at: Date | null;

  /** When a running campaign wants to be looked at; null: not before a slot is freed or a lead is put up. */
  @Column('timestamptz', { nullable: true })
  wake_at: Date | null;

  @Column('integer', { default: 0 })
  breaker_attempts: number;

  @Column('integer', { default: 0 })
  breaker_faults: number;

  /** For how long ended attempts held their slots, together. */
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

  /** Null: the provider of the environment. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  /** Null: one of the pool, or what the environment says. */
  @Column('varchar', { length: 20, nullable: true })
  from_number: string | null;

  /** Why the provider took no call lately, in its own words or ours; null: it never refused one. */
  @Column('varchar', { length: 255, nullable: true })
  provider_refusal: string | null;

  @Column('timestamptz', { nullable: true })
  provider_refused_since: Date | null;

  @Column('timestamptz', { nullable: true })
  provider_refused_until: Date | null;

  /** RFC 5646; null: the provider's default. */
  @Column('varchar', { length: 35, nullable: true })
  language: string | null;

  @Column('boolean', { default: true })
  record_calls: boolean;

  @Column('varchar', { length: 20, default: 'hangup' })
  voicemail_action: VoicemailAction;

  /** Says first that no person speaks; empty: switched off; null: as the tenant says. */
  @Column('varchar', { length: 500, nullable: true })
  disclosure: string | null;

  /** Says then that the call is recorded; empty and null as above. */
  @Column('varchar', { length: 500, nullable: true })
  recording_notice: string | null;

  /** Set at creation for good: calls over the simulator, in a world of its own. */
  @Column('boolean', { default: false })
  is_test: boolean;
}

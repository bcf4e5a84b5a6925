import type { CallDecision } from '#rules/eligibility/call-decision.js';
import type { FirstWordsSaid } from '#rules/first-words/first-words.js';
import type { AnsweredBy, Outcome } from '#rules/call/outcome.js';
import type { CallStatus } from '#rules/call/call-status.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('calls')
export class Call {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('uuid')
  campaign_id: string;

  @Column('uuid')
  lead_id: string;

  @Column('uuid')
  dialer_job_id: string;

  @Column('integer')
  attempt: number;

  @Column('varchar', { length: 20 })
  phone_number: string;

  /** Key of the number (`numberKey`): rows with one key are of one line, however its number is written. */
  @Column('varchar', { length: 20 })
  number_key: string;

  @Column('varchar', { length: 50, default: 'initiated' })
  status: CallStatus;

  @Column('varchar', { length: 50, nullable: true })
  outcome: Outcome | null;

  @Column('varchar', { length: 50, nullable: true })
  answered_by: AnsweredBy | null;

  @Column('varchar', { length: 255, nullable: true })
  end_reason: string | null;

  @Column('varchar', { length: 50 })
  provider: string;

  @Column('varchar', { length: 255, nullable: true })
  provider_call_id: string | null;

  @Column('timestamptz', { nullable: true })
  started_at: Date | null;

  @Column('timestamptz', { nullable: true })
  answered_at: Date | null;

  @Column('timestamptz', { nullable: true })
  ended_at: Date | null;

  @Column('integer', { nullable: true })
  duration_seconds: number | null;

  @Column('text', { nullable: true })
  recording_url: string | null;

  @Column('text', { nullable: true })
  transcript: string | null;

  @Column('text', { nullable: true })
  summary: string | null;

  @Column('numeric', { precision: 10, scale: 4, nullable: true })
  cost: string | null;

  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  updated_at: Date;

  /** When the person asked to be called again. */
  @Column('timestamptz', { nullable: true })
  callback_at: Date | null;

  /** Why it was allowed. */
  @Column('jsonb', { nullable: true })
  decision: CallDecision | null;

  /** Set aside of the tenant's minutes while it lasts. */
  @Column('integer', { nullable: true })
  reserved_minutes: number | null;

  /** Taken off them once it has ended; null: nothing has been. */
  @Column('integer', { nullable: true })
  charged_minutes: number | null;

  /** Minutes that the operator allows: set aside while it is on the line … */
  @Column('integer', { nullable: true })
  operator_reserved_minutes: number | null;

  /** … and taken once it has ended. */
  @Column('integer', { nullable: true })
  operator_charged_minutes: number | null;

  /** Through which it was placed; null: the provider of the environment. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  /** The caller id that it was placed with; null: the provider showed its own. */
  @Column('varchar', { length: 20, nullable: true })
  from_number: string | null;

  /** Whether its conversation was to come to us. */
  @Column('boolean', { default: false })
  is_relayed: boolean;

  /** Outdial has concluded its end; so it has that of every `lost` call. */
  @Column('boolean', { default: false })
  is_presumed: boolean;

  /** Whether disclosure and notice were said; null: there are none, or the call goes on. */
  @Column('varchar', { length: 20, nullable: true })
  first_words_said: FirstWordsSaid | null;

  /** As its campaign's. */
  @Column('boolean', { default: false })
  is_test: boolean;
}

import type { CallDecision } from '#rules/eligibility/call-decision.js';
import type { FirstWordsSaid } from '#rules/first-words/first-words.js';
import type { AnsweredBy, Outcome } from '#rules/call/outcome.js';
import type { CallStatus } from '#rules/call/call-status.js';
import { Column, Entity, JoinColumn, ManyToOne, OneToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import type { Columns } from './columns.js';
import { Campaign } from './campaign.entity.js';
import { Conversation } from './conversation.entity.js';
import { Lead } from './lead.entity.js';
import { Recording } from './recording.entity.js';

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

  /** Key of the number (`numberKey`). Rows with the same key ring the same phone, however its number is written. */
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

  /** Time at which the contact asked to be called again. */
  @Column('timestamptz', { nullable: true })
  callback_at: Date | null;

  /** Reasons for which the call was allowed. */
  @Column('jsonb', { nullable: true })
  decision: CallDecision | null;

  /** Minutes of the tenant that the call reserves while it lasts. */
  @Column('integer', { nullable: true })
  reserved_minutes: number | null;

  /** Minutes that the ended call was charged to the tenant; null: none. */
  @Column('integer', { nullable: true })
  charged_minutes: number | null;

  /** Minutes of the operator that the call reserves while it lasts. */
  @Column('integer', { nullable: true })
  operator_reserved_minutes: number | null;

  /** Minutes of the operator that the ended call was charged. */
  @Column('integer', { nullable: true })
  operator_charged_minutes: number | null;

  /** Account that the call was placed over; null: the installation's own. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  /** Caller id that the call was placed with; null: the provider showed its own. */
  @Column('varchar', { length: 20, nullable: true })
  from_number: string | null;

  /** True: the provider streams the conversation to Outdial. */
  @Column('boolean', { default: false })
  is_relayed: boolean;

  /** True: Outdial has concluded the end of the call. It has concluded that of every `lost` call. */
  @Column('boolean', { default: false })
  is_presumed: boolean;

  /** Result for disclosure and notice; null: the call has none, or goes on. */
  @Column('varchar', { length: 20, nullable: true })
  first_words_said: FirstWordsSaid | null;

  /** True for calls of a test campaign. */
  @Column('boolean', { default: false })
  is_test: boolean;

  @ManyToOne(() => Campaign, (campaign) => campaign.calls)
  @JoinColumn({ name: 'campaign_id' })
  campaign?: Relation<Campaign>;

  @ManyToOne(() => Lead, (lead) => lead.calls)
  @JoinColumn({ name: 'lead_id' })
  lead?: Relation<Lead>;

  @OneToOne(() => Conversation, (conversation) => conversation.call)
  conversation?: Relation<Conversation>;

  @OneToOne(() => Recording, (recording) => recording.call)
  recording?: Relation<Recording>;
}

/** Columns of the engine, which the API does not show. */
export const CALL_ENGINE_COLUMNS = [
  'number_key',
  'reserved_minutes',
  'charged_minutes',
  'operator_reserved_minutes',
  'operator_charged_minutes',
  'is_relayed',
  'is_presumed',
] as const satisfies readonly (keyof Call)[];

/** Columns that a list leaves out, mostly because they are long. */
export const CALL_DETAIL_COLUMNS = [
  'tenant_id',
  'dialer_job_id',
  'transcript',
  'decision',
  'first_words_said',
] as const satisfies readonly (keyof Call)[];

type ShownCall = Omit<Columns<Call>, (typeof CALL_ENGINE_COLUMNS)[number] | 'cost'> & { readonly cost: number | null };

/** A call as the API shows it, with the id of its recording. */
export type CallRow = ShownCall & { readonly recording_id: string | null };

/** A call as a list shows it. */
export type CallListRow = Omit<ShownCall, (typeof CALL_DETAIL_COLUMNS)[number]>;

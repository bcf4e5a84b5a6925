import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Outcome } from '#rules/call/outcome.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

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

  /** Key of the number (`numberKey`): rows with one key are of one line, however its number is written. */
  @Column('varchar', { length: 20 })
  number_key: string;

  @Column('varchar', { length: 100, nullable: true })
  first_name: string | null;

  @Column('varchar', { length: 100, nullable: true })
  last_name: string | null;

  @Column('varchar', { length: 255, nullable: true })
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

  /** Of the attempts, those that a redial has taken off the cap. */
  @Column('integer', { default: 0 })
  earlier_attempts: number;

  /** Given with the contact; else its number says where it may be. */
  @Column('varchar', { length: 64, nullable: true })
  timezone: string | null;

  /** Null: not looked up yet. */
  @Column('integer', { nullable: true })
  place_id: number | null;

  /** When the person's data was erased: the row stays for the counts. */
  @Column('timestamptz', { nullable: true })
  erased_at: Date | null;

  /**
   * Earliest time of the next attempt by the retry policy or the person's wish; only a redial lifts it. Null: no such
   * wait.
   */
  @Column('timestamptz', { nullable: true })
  retry_at: Date | null;

  /** Status that a removed lead comes back with when it is added again; kept by a trigger. */
  @Column('varchar', { length: 50, nullable: true })
  removed_status: LeadStatus | null;

  /**
   * Contacts of the campaign that an upgrade has found to have the same number, as they were; null: there were none.
   */
  @Column('jsonb', { nullable: true })
  merged_contacts: MergedContact[] | null;
}

/** A contact whose calls another contact has taken over. */
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

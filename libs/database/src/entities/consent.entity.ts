import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Columns } from './columns.js';

export const CONSENT_KINDS = ['given', 'revoked'] as const;
export type ConsentKind = (typeof CONSENT_KINDS)[number];

export const CONSENT_CHANNELS = ['web', 'paper', 'voice', 'sms', 'email', 'other'] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];

/** A record that a person has agreed to be called, or has revoked it. Records are only added. */
@Entity('consents')
export class Consent {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 20 })
  phone_number: string;

  /** Key of the number (`numberKey`), which is the same however the number is written. */
  @Column('varchar', { length: 20 })
  number_key: string;

  @Column('varchar', { length: 50 })
  kind: ConsentKind;

  @Column('varchar', { length: 255 })
  source: string;

  @Column('text', { nullable: true })
  wording: string | null;

  @Column('varchar', { length: 50 })
  channel: ConsentChannel;

  @Column('text', { nullable: true })
  evidence_url: string | null;

  @Column('timestamptz')
  given_at: Date;

  @Column('timestamptz', { nullable: true })
  expires_at: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;
}

/** Columns that the API does not show. */
export const CONSENT_HIDDEN_COLUMNS = ['tenant_id', 'number_key'] as const satisfies readonly (keyof Consent)[];

/** A record as the API shows it. */
export type ConsentRow = Omit<Columns<Consent>, (typeof CONSENT_HIDDEN_COLUMNS)[number]>;

/** Columns that a client sets. */
export type ConsentTerms = Omit<ConsentRow, 'id' | 'created_at'>;

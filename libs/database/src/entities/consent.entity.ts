import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const CONSENT_KINDS = ['given', 'revoked'] as const;
export type ConsentKind = (typeof CONSENT_KINDS)[number];

export const CONSENT_CHANNELS = ['web', 'paper', 'voice', 'sms', 'email', 'other'] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];

/** Record of a contact's consent to calls, or of its withdrawal. Records are only added. */
@Entity('consents')
export class Consent {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 20 })
  phone_number: string;

  /** Key of the number (`numberKey`). Rows with the same key ring the same phone, however its number is written. */
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

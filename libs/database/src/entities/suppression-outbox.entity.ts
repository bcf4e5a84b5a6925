import { Column, Entity, PrimaryColumn } from 'typeorm';

export const SUPPRESSION_KINDS = ['listed', 'removed', 'erased', 'consent_revoked'] as const;
export type SuppressionKind = (typeof SUPPRESSION_KINDS)[number];

/** A line for SUPPRESSION_LOG that is not in it yet. */
@Entity('suppression_outbox')
export class SuppressionOutboxRow {
  @PrimaryColumn('bigint')
  seq: string;

  @Column('uuid')
  id: string;

  @Column('timestamptz')
  at: Date;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 20 })
  kind: SuppressionKind;

  /** Number of the person; null for an erased one, of whom only the hash is stored. */
  @Column('varchar', { length: 20, nullable: true })
  phone_number: string | null;

  /** Keyed hash of an erased person; null for others. */
  @Column('bytea', { nullable: true })
  person_hash: Buffer | null;

  @Column('varchar', { length: 255, nullable: true })
  reason: string | null;

  @Column('varchar', { length: 50, nullable: true })
  source: string | null;

  @Column('timestamptz', { nullable: true })
  expires_at: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('telephony_accounts')
export class TelephonyAccount {
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 100 })
  name: string;

  @Column('varchar', { length: 50 })
  provider: string;

  /** Sealed; null once the account is deleted. */
  @Column('text', { nullable: true })
  credentials: string | null;

  /** The end of the account's name with the provider, to tell it from others. */
  @Column('varchar', { length: 10 })
  hint: string;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { default: () => 'now()' })
  updated_at: Date;

  @Column('timestamptz', { nullable: true })
  deleted_at: Date | null;

  /** That may be placed over it; null: as many as is usual with its provider. */
  @Column('integer', { nullable: true })
  calls_per_second: number | null;

  /** Countries that may be called over it, or `*`; null: its tenant's default_country alone. */
  @Column('jsonb', { nullable: true })
  allowed_countries: string[] | null;
}

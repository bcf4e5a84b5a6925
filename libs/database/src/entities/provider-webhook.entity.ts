import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Something that a provider told us and that could not be applied. */
@Entity('provider_webhooks')
export class ProviderWebhook {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('timestamptz', { default: () => 'now()' })
  received_at: Date;

  @Column('varchar', { length: 50 })
  provider: string;

  /** As it stood in the path: perhaps none of ours. */
  @Column('varchar', { length: 255 })
  dialer_job_id: string;

  @Column('text')
  body: string;

  @Column('varchar', { length: 255 })
  problem: string;

  /** Whose secret signed it; null: the installation's own account. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  @Column('boolean')
  is_job_known: boolean;

  /** SHA-256 of the body as it came. */
  @Column('bytea')
  digest: Buffer;
}

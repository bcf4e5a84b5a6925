import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A provider's webhook request that could not be applied. */
@Entity('provider_webhooks')
export class ProviderWebhook {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('timestamptz', { default: () => 'now()' })
  received_at: Date;

  @Column('varchar', { length: 50 })
  provider: string;

  /** Dialer job id from the path, which may be unknown. */
  @Column('varchar', { length: 255 })
  dialer_job_id: string;

  @Column('text')
  body: string;

  @Column('varchar', { length: 255 })
  problem: string;

  /** Account whose secret signed the request; null: the installation's own. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  @Column('boolean')
  is_job_known: boolean;

  /** SHA-256 of the body as received. */
  @Column('bytea')
  digest: Buffer;
}

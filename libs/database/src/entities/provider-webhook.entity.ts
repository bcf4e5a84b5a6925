import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A webhook of a provider that could not be applied. */
@Entity('provider_webhooks')
export class ProviderWebhook {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('timestamptz', { default: () => 'now()' })
  received_at: Date;

  @Column('varchar', { length: 50 })
  provider: string;

  /** Taken from the path as it came: there may be no such dialer job. */
  @Column('varchar', { length: 255 })
  dialer_job_id: string;

  @Column('text')
  body: string;

  @Column('varchar', { length: 255 })
  problem: string;

  /** Account whose secret signed it; null: the installation's own. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  @Column('boolean')
  is_job_known: boolean;

  /** SHA-256 of the body as received. */
  @Column('bytea')
  digest: Buffer;
}

import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('caller_ids')
export class CallerId {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  /** Null: a number of the provider of the environment. */
  @Column('uuid', { nullable: true })
  telephony_account_id: string | null;

  @Column('varchar', { length: 20 })
  phone_number: string;

  @Column('integer', { nullable: true })
  daily_cap: number | null;

  @Column('boolean', { default: true })
  is_active: boolean;

  /** The latest day (UTC) on which a call came from it, and how many did. */
  @Column('date', { nullable: true })
  used_on: string | null;

  @Column('integer', { default: 0 })
  used_calls: number;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;
}

import { Column, Entity, JoinColumn, OneToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Call } from './call.entity.js';

@Entity('recordings')
export class Recording {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('uuid')
  call_id: string;

  @Column('varchar', { length: 50 })
  provider: string;

  @Column('text')
  source_url: string;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  /** True: the recording is to be deleted at the provider, and is no longer shown. */
  @Column('boolean', { default: false })
  is_erased: boolean;

  @OneToOne(() => Call, (call) => call.recording)
  @JoinColumn({ name: 'call_id' })
  call?: Relation<Call>;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('leases')
export class Lease {
  @PrimaryColumn('varchar', { length: 50 })
  name: string;

  @Column('varchar', { length: 100 })
  holder: string;

  @Column('timestamptz')
  expires_at: Date;
}

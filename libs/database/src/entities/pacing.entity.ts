import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Until when the calls per second that all workers share are spoken for. */
@Entity('pacing')
export class Pacing {
  @PrimaryColumn('varchar', { length: 50 })
  provider: string;

  @Column('timestamptz')
  next_at: Date;
}

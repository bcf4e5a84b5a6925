import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Time until which the turns of a route are reserved. The key is an account's id, or the name of the installation's
 * provider.
 */
@Entity('pacing')
export class Pacing {
  @PrimaryColumn('varchar', { length: 50 })
  route: string;

  @Column('timestamptz')
  next_at: Date;
}

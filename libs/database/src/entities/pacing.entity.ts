import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Until when the turns of a route are spoken for: of an account (its id), or of the installation's own provider (its
 * name).
 */
@Entity('pacing')
export class Pacing {
  @PrimaryColumn('varchar', { length: 50 })
  route: string;

  @Column('timestamptz')
  next_at: Date;
}

import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Where numbers lie: shared by all tenants, and nobody's data. */
@Entity('places')
export class PlaceRow {
  @PrimaryGeneratedColumn('identity')
  id: number;

  @Column('text')
  key: string;

  @Column('char', { length: 2, nullable: true })
  country: string | null;

  @Column('varchar', { length: 10, nullable: true })
  region: string | null;

  @Column('jsonb')
  zones: string[];
}

import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** An area in which numbers lie. All tenants share these rows, which have no tenant's data. */
@Entity('areas')
export class AreaRow {
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

  /** Country in whose numbering plan the numbers lie: ISO 3166-1 alpha-2, `001` for none; null: an unassigned code. */
  @Column('varchar', { length: 3, nullable: true })
  number_country: string | null;

  /**
   * Kind of the numbers (`NUMBER_KINDS`). Null: the present rules have not judged them, and they are not called until
   * then.
   */
  @Column('varchar', { length: 50, nullable: true })
  number_kind: string | null;
}

import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Where numbers lie: shared by all tenants, and nobody's data. */
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

  /** In whose numbering plan its numbers lie: ISO 3166-1 alpha-2, `001` for none; null: a code that nobody has. */
  @Column('varchar', { length: 3, nullable: true })
  number_country: string | null;

  /**
   * Kind of the numbers (`NUMBER_KINDS`); null: not judged by the present rules, and not to be called before they are.
   */
  @Column('varchar', { length: 50, nullable: true })
  number_kind: string | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person who was erased and must not be stored again: a keyed hash of tenant and number. */
@Entity('erased_people')
export class ErasedPerson {
  @PrimaryColumn('varchar', { length: 255 })
  tenant_id: string;

  @PrimaryColumn('bytea')
  person_hash: Buffer;

  @Column('timestamptz', { default: () => 'now()' })
  erased_at: Date;
}

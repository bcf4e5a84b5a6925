import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: what holds for all tenants. */
@Entity('installation')
export class Installation {
  @PrimaryColumn('boolean', { default: true })
  is_only: boolean;

  /** Since when the kill switch of the whole installation is engaged. */
  @Column('timestamptz', { nullable: true })
  dialing_halted_at: Date | null;

  @Column('varchar', { length: 255, nullable: true })
  dialing_halted_reason: string | null;
}

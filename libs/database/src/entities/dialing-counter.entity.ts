import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row with a number that rises while calls are placed. */
@Entity('dialing_counter')
export class DialingCounter {
  @PrimaryColumn('boolean', { default: true })
  is_only: boolean;

  @Column('bigint', { default: 0 })
  n: string;
}

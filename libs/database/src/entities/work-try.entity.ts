import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WorkKind } from '#rules/attempt/work-tries.js';

/** A piece of work that a worker has begun without coming back, or that was given up. */
@Entity('work_tries')
export class WorkTry {
  @PrimaryColumn('varchar', { length: 50 })
  kind: WorkKind;

  @PrimaryColumn('varchar', { length: 100 })
  subject: string;

  @Column('integer', { default: 0 })
  tries: number;

  @Column('timestamptz', { default: () => 'now()' })
  begun_at: Date;

  @Column('timestamptz', { nullable: true })
  given_up_at: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A call that ended without a cost, and the time of the next lookup with its provider. */
@Entity('cost_lookups')
export class CostLookup {
  @PrimaryColumn('uuid')
  call_id: string;

  @Column('integer', { default: 0 })
  looks: number;

  @Column('timestamptz')
  due_at: Date;
}

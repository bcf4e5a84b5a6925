import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A call that has ended without a cost, and when its provider is asked for it again. */
@Entity('cost_lookups')
export class CostLookup {
  @PrimaryColumn('uuid')
  call_id: string;

  @Column('integer', { default: 0 })
  looks: number;

  @Column('timestamptz')
  due_at: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A call whose end Outdial has concluded, and the time of the next lookup with its provider. */
@Entity('given_up_calls')
export class GivenUpCall {
  @PrimaryColumn('uuid')
  call_id: string;

  /** True: the provider has reported that the call lives. */
  @Column('boolean', { default: false })
  wants_hangup: boolean;

  @Column('integer', { default: 0 })
  looks: number;

  @Column('timestamptz')
  due_at: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A call whose end Outdial has concluded, and when its provider is asked for it again. */
@Entity('given_up_calls')
export class GivenUpCall {
  @PrimaryColumn('uuid')
  call_id: string;

  /** The provider has told that it lives. */
  @Column('boolean', { default: false })
  wants_hangup: boolean;

  @Column('integer', { default: 0 })
  looks: number;

  @Column('timestamptz')
  due_at: Date;
}

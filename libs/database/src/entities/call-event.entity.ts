import type { CallStatus } from '#rules/call/call-status.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('call_events')
export class CallEventRow {
  @PrimaryColumn('uuid')
  call_id: string;

  @PrimaryColumn('varchar', { length: 255 })
  event_key: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 50, nullable: true })
  status: CallStatus | null;

  @Column('jsonb', { default: {} })
  detail: Record<string, unknown>;

  @Column('timestamptz')
  occurred_at: Date;

  @Column('timestamptz', { default: () => 'now()' })
  received_at: Date;
}

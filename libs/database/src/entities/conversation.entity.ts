import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('conversations')
export class Conversation {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('uuid')
  call_id: string;

  @Column('jsonb', { default: [] })
  messages: ConversationTurn[];

  @Column('varchar', { length: 50, default: 'completed' })
  status: string;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  /** Of our relay, one after the other: a connection that broke is followed by another one. */
  @Column('integer', { default: 0 })
  sessions: number;

  /** Whether the agent has said anything that its model made. */
  @Column('boolean', { default: false })
  has_answered: boolean;

  /** Of the latest session; null: it goes on, or nobody could write it down. */
  @Column('varchar', { length: 50, nullable: true })
  session_end: SessionEnd | null;

  /** When it is to be asked what it came to; null: not yet, or no more. */
  @Column('timestamptz', { nullable: true })
  conclude_at: Date | null;

  /** 0: nothing of it is written down yet; n + 1: it was asked about n times. */
  @Column('integer', { default: 0 })
  conclude_attempts: number;
}

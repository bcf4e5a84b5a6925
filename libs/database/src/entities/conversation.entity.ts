import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';
import { Column, Entity, JoinColumn, OneToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Call } from './call.entity.js';

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

  /** Number of sessions with Outdial's relay, one after another. A broken connection is followed by a new session. */
  @Column('integer', { default: 0 })
  sessions: number;

  /** True if the agent has said anything that its model made. */
  @Column('boolean', { default: false })
  has_answered: boolean;

  /** End of the latest session; null: it goes on, or its end could not be written down. */
  @Column('varchar', { length: 50, nullable: true })
  session_end: SessionEnd | null;

  /** Time at which a model is asked for the result; null: not yet, or no more. */
  @Column('timestamptz', { nullable: true })
  conclude_at: Date | null;

  /** 0: no facts are written down; n + 1: they are, and a model was asked n times. */
  @Column('integer', { default: 0 })
  conclude_attempts: number;

  @OneToOne(() => Call, (call) => call.conversation)
  @JoinColumn({ name: 'call_id' })
  call?: Relation<Call>;
}

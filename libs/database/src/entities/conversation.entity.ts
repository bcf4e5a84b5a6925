import type { ConversationTurn } from '#rules/call-event.js';
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
}

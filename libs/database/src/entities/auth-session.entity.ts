import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Columns } from './columns.js';

@Entity('auth_sessions')
export class AuthSession {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  user_id: string;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz', { nullable: true })
  revoked_at: Date | null;

  /** The time at which its tokens were last renewed. */
  @Column('timestamptz', { default: () => 'now()' })
  last_used_at: Date;

  @Column('varchar', { length: 45, nullable: true })
  ip: string | null;

  @Column('varchar', { length: 255, nullable: true })
  user_agent: string | null;
}

/** Columns that the API shows nobody. */
export const SESSION_HIDDEN_COLUMNS = ['user_id', 'revoked_at'] as const satisfies readonly (keyof AuthSession)[];

/** A session as its user sees it. */
export type SessionRow = Omit<Columns<AuthSession>, (typeof SESSION_HIDDEN_COLUMNS)[number]>;

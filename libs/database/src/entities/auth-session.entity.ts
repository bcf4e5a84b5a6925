import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

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

  /** Time of the latest renewal of its tokens. */
  @Column('timestamptz', { default: () => 'now()' })
  last_used_at: Date;

  @Column('varchar', { length: 45, nullable: true })
  ip: string | null;

  @Column('varchar', { length: 255, nullable: true })
  user_agent: string | null;
}

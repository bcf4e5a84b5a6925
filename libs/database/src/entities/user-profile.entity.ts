import type { Role } from '#rules/access/role.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('user_profiles')
export class UserProfile {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('varchar', { length: 255 })
  email: string;

  @Column('varchar', { length: 255, nullable: true })
  name: string | null;

  @Column('varchar', { length: 50, default: 'user' })
  role: Role;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  /** Time since which the user is locked out. */
  @Column('timestamptz', { nullable: true })
  deactivated_at: Date | null;
}

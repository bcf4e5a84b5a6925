import type { NormalEmail } from '#rules/lead/email.js';
import type { Role } from '#rules/access/role.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Columns } from './columns.js';

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

  /** Set while the user is deactivated: the time from which they cannot log in. */
  @Column('timestamptz', { nullable: true })
  deactivated_at: Date | null;
}

/** A user as their team sees them. */
export type TeamUserRow = Omit<Columns<UserProfile>, 'tenant_id'>;

/** Columns that no edit by the team names. */
export const USER_FIXED_COLUMNS = [
  'id',
  'email',
  'created_at',
  'deactivated_at',
] as const satisfies readonly (keyof TeamUserRow)[];

/** Columns of a new user. */
export type NewUserProfile = Pick<Columns<UserProfile>, 'tenant_id' | 'name' | 'role'> & {
  readonly email: NormalEmail;
};

import type { Role } from '#rules/access/role.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const LINK_PURPOSES = ['invitation', 'password_reset'] as const;

@Entity('one_time_links')
export class OneTimeLink {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('varchar', { length: 255 })
  tenant_id: string;

  @Column('bytea')
  token_hash: Buffer;

  @Column('varchar', { length: 50 })
  purpose: (typeof LINK_PURPOSES)[number];

  /** User whose password is reset; null for an invitation. */
  @Column('uuid', { nullable: true })
  user_id: string | null;

  @Column('varchar', { length: 255 })
  email: string;

  /** Role of the invited person; null for a reset. */
  @Column('varchar', { length: 50, nullable: true })
  role: Role | null;

  @Column('timestamptz', { default: () => 'now()' })
  created_at: Date;

  @Column('timestamptz')
  expires_at: Date;

  @Column('timestamptz', { nullable: true })
  used_at: Date | null;

  /** Name of the invited person, if the invitation has one. */
  @Column('varchar', { length: 255, nullable: true })
  name: string | null;

  /** The user who sent the invitation; null: the operator, or a reset. */
  @Column('uuid', { nullable: true })
  invited_by: string | null;
}

import type { Role } from '#rules/access/role.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Columns } from './columns.js';

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

  /** The user whose password is reset; null for an invitation. */
  @Column('uuid', { nullable: true })
  user_id: string | null;

  @Column('varchar', { length: 255 })
  email: string;

  /** The role that an invitation gives; null for a reset. */
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

/** Columns of an invitation that its tenant sees. */
export const INVITATION_COLUMNS = [
  'id',
  'email',
  'role',
  'created_at',
  'expires_at',
] as const satisfies readonly (keyof OneTimeLink)[];

/** An invitation as its tenant sees it. */
export type InvitationRow = Pick<Columns<OneTimeLink>, (typeof INVITATION_COLUMNS)[number]> & { readonly role: Role };

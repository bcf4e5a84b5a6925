import { IsNull } from 'typeorm';
import type { NormalEmail } from '#rules/lead/email.js';
import type { Role } from '#rules/access/role.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { INVITATION_COLUMNS, OneTimeLink, type InvitationRow } from '../../entities/one-time-link.entity.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';

/**
 * Condition of a link that can be used now. An invitation of a user can be used only while that user is an admin. An
 * invitation of the operator names no user. A reset can be used only while its user may log in.
 */
const IS_OPEN = `used_at IS NULL AND expires_at > now() AND CASE purpose
      WHEN 'invitation' THEN invited_by IS NULL OR EXISTS (SELECT FROM user_profiles p
        WHERE p.id = invited_by AND p.role = 'admin' AND p.deactivated_at IS NULL)
      ELSE EXISTS (SELECT FROM user_profiles p WHERE p.id = user_id AND p.deactivated_at IS NULL) END`;

export interface Inviting {
  readonly tenantId: string;
  readonly email: NormalEmail;
  readonly role: Role;
  readonly name: string | null;
  /** The user who invites; null: the operator. */
  readonly invitedBy: string | null;
}

/** Stores an invitation, in place of unused ones of the tenant to the same email. */
export async function insertInvitation({ manager }: Transaction, link: NewInvitation): Promise<InvitationRow> {
  const { tenantId, tokenHash, email, role, hours, name, invitedBy } = link;
  const invitation = { tenant_id: tenantId, purpose: 'invitation', email } as const;
  await manager.delete(OneTimeLink, { ...invitation, used_at: IsNull() });
  const expires_at = () => `now() + ${hours} * interval '1 hour'`;
  const values = { ...invitation, token_hash: tokenHash, role, name, invited_by: invitedBy, expires_at };
  const { identifiers } = await manager.insert(OneTimeLink, values);
  const stored = await manager.findOneByOrFail(OneTimeLink, { id: identifiers[0]!['id'] as string });
  return { id: stored.id, email: stored.email, role, created_at: stored.created_at, expires_at: stored.expires_at };
}

interface NewInvitation extends Inviting {
  readonly tokenHash: Buffer;
  readonly hours: number;
}

/** Lists the invitations of a tenant that can still be used, newest first. */
export function listInvitations(
  sql: Sql,
  tenantId: string,
  page: PageWanted,
): Promise<(InvitationRow & ListPosition)[]> {
  return sql.run(LIST_OPEN, [tenantId, ...positionValues(page)]);
}

const LIST_OPEN = {
  name: 'list-invitations',
  text: `
    SELECT ${INVITATION_COLUMNS.join(', ')}, ${TIME_KEY} AS key FROM one_time_links
    WHERE tenant_id = $1 AND purpose = 'invitation' AND ${IS_OPEN} AND ${pageBy('created_at', 'DESC')}`,
};

/** Withdraws an unused invitation. @returns false if the tenant has none of this id. */
export async function deleteInvitation(
  { manager }: Transaction,
  { tenantId, id }: { tenantId: string; id: string },
): Promise<boolean> {
  const invitation = { id, tenant_id: tenantId, purpose: 'invitation', used_at: IsNull() } as const;
  const { affected } = await manager.delete(OneTimeLink, invitation);
  return affected === 1;
}

/**
 * Stores a link by which the user of this email sets another password. One statement finds the user and stores the
 * link. @returns undefined if no user of this email logs in with a password.
 */
export async function insertPasswordReset(
  sql: Sql,
  link: { tokenHash: Buffer; email: NormalEmail; minutes: number },
): Promise<PasswordReset | undefined> {
  const [row] = await sql.run<PasswordReset>(RESET, [link.tokenHash, link.email, link.minutes]);
  return row;
}

type PasswordReset = Pick<OneTimeLink, 'tenant_id' | 'email' | 'expires_at'> & { readonly user_id: string };

const RESET = {
  name: 'insert-password-reset',
  text: `
    INSERT INTO one_time_links (tenant_id, token_hash, purpose, user_id, email, expires_at)
    SELECT u.tenant_id, $1, 'password_reset', u.id, u.email, now() + $3 * interval '1 minute'
    FROM user_profiles u JOIN user_credentials c ON c.user_id = u.id
    WHERE u.email = $2 AND u.deactivated_at IS NULL
    RETURNING user_id, tenant_id, email, expires_at`,
};

/** A link that was used up. `name` is that of its person, as the invitation says it. */
export type UsedLink = Pick<OneTimeLink, 'tenant_id' | 'user_id' | 'role' | 'name'> & { readonly email: NormalEmail };

export interface PresentedLink {
  readonly tokenHash: Buffer;
  readonly purpose: 'invitation' | 'password_reset';
}

/** Tells if a link could be used now. Asked first, so that a wrong token costs no password hash. */
export async function isLinkOpen(sql: Sql, { tokenHash, purpose }: PresentedLink): Promise<boolean> {
  return (await sql.run(FIND_OPEN, [tokenHash, purpose])).length > 0;
}

const FIND_OPEN = {
  name: 'is-link-open',
  text: `
    SELECT 1 FROM one_time_links
    WHERE token_hash = $1 AND purpose = $2 AND ${IS_OPEN}`,
};

/** Marks a link as used, if it can be used now. Only one of two concurrent uses succeeds. */
export async function markLinkUsed(sql: Sql, { tokenHash, purpose }: PresentedLink): Promise<UsedLink | undefined> {
  const [link] = await sql.run<UsedLink>(USE, [tokenHash, purpose]);
  return link;
}

const USE = {
  name: 'use-link',
  text: `
    UPDATE one_time_links SET used_at = now()
    WHERE token_hash = $1 AND purpose = $2 AND ${IS_OPEN}
    RETURNING tenant_id, user_id, email, role, name`,
};

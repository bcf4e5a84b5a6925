import type { NormalEmail } from '#rules/lead/email.js';
import type { Role } from '#rules/access/role.js';
import type { Sql } from '../../connection/sql.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';

export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly created_at: Date;
  readonly expires_at: Date;
}

/**
 * A link that can be used now: an invitation only while whoever sent it is an admin (no user: the operator), a reset
 * only of a user who may log in.
 */
const IS_OPEN = `used_at IS NULL AND expires_at > now() AND CASE purpose
      WHEN 'invitation' THEN invited_by IS NULL OR EXISTS (SELECT FROM user_profiles p
        WHERE p.id = invited_by AND p.role = 'admin' AND p.deactivated_at IS NULL)
      ELSE EXISTS (SELECT FROM user_profiles p WHERE p.id = user_id AND p.deactivated_at IS NULL) END`;

const INVITATION = 'id, email, role, created_at, expires_at';

export interface Inviting {
  readonly tenantId: string;
  readonly email: NormalEmail;
  readonly role: Role;
  readonly name: string | null;
  /** The user who invites; null: the operator. */
  readonly invitedBy: string | null;
}

/** An invitation takes the place of earlier ones to the same email. */
export async function insertInvitation(
  sql: Sql,
  link: Inviting & { readonly tokenHash: Buffer; readonly hours: number },
): Promise<InvitationRow> {
  await sql.run(WITHDRAW_EARLIER, [link.tenantId, link.email]);
  const values = [link.tenantId, link.tokenHash, link.email, link.role, link.hours, link.name, link.invitedBy];
  const [row] = await sql.run<InvitationRow>(INVITE, values);
  return row!;
}

const WITHDRAW_EARLIER = {
  name: 'withdraw-earlier-invitations',
  text: `
    DELETE FROM one_time_links
    WHERE tenant_id = $1 AND purpose = 'invitation' AND used_at IS NULL AND email = $2`,
};

const INVITE = {
  name: 'insert-invitation',
  text: `
    INSERT INTO one_time_links (tenant_id, token_hash, purpose, email, role, expires_at, name, invited_by)
    VALUES ($1, $2, 'invitation', $3, $4, now() + $5 * interval '1 hour', $6, $7) RETURNING ${INVITATION}`,
};

/** Those that can still be used, newest first. */
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
    SELECT ${INVITATION}, ${TIME_KEY} AS key FROM one_time_links
    WHERE tenant_id = $1 AND purpose = 'invitation' AND ${IS_OPEN} AND ${pageBy('created_at', 'DESC')}`,
};

export async function deleteInvitation(sql: Sql, { tenantId, id }: { tenantId: string; id: string }): Promise<boolean> {
  const rows = await sql.run(DELETE_INVITATION, [tenantId, id]);
  return rows.length > 0;
}

const DELETE_INVITATION = {
  name: 'delete-invitation',
  text: `DELETE FROM one_time_links WHERE tenant_id = $1 AND id = $2 AND purpose = 'invitation' AND used_at IS NULL RETURNING id`,
};

/**
 * A link by which the user of this email sets another password. @returns undefined when nobody has it who may log in
 * with a password.
 */
export async function insertPasswordReset(
  sql: Sql,
  link: { tokenHash: Buffer; email: NormalEmail; minutes: number },
): Promise<{ user_id: string; tenant_id: string; email: string; expires_at: Date } | undefined> {
  const [row] = await sql.run<{ user_id: string; tenant_id: string; email: string; expires_at: Date }>(RESET, [
    link.tokenHash,
    link.email,
    link.minutes,
  ]);
  return row;
}

const RESET = {
  name: 'insert-password-reset',
  text: `
    INSERT INTO one_time_links (tenant_id, token_hash, purpose, user_id, email, expires_at)
    SELECT u.tenant_id, $1, 'password_reset', u.id, u.email, now() + $3 * interval '1 minute'
    FROM user_profiles u JOIN user_credentials c ON c.user_id = u.id
    WHERE u.email = $2 AND u.deactivated_at IS NULL
    RETURNING user_id, tenant_id, email, expires_at`,
};

export interface UsedLink {
  readonly tenant_id: string;
  readonly user_id: string | null;
  readonly email: NormalEmail;
  readonly role: Role | null;
  /** Name of its person, as the invitation says it. */
  readonly name: string | null;
}

interface PresentedLink {
  readonly tokenHash: Buffer;
  readonly purpose: 'invitation' | 'password_reset';
}

/** Whether a link could be used now: asked before anything is spent on whoever presents it. */
export async function isLinkOpen(sql: Sql, { tokenHash, purpose }: PresentedLink): Promise<boolean> {
  return (await sql.run(FIND_OPEN, [tokenHash, purpose])).length > 0;
}

const FIND_OPEN = {
  name: 'is-link-open',
  text: `
    SELECT 1 FROM one_time_links
    WHERE token_hash = $1 AND purpose = $2 AND ${IS_OPEN}`,
};

/** Uses a link up; of two at once, one is the first. A reset uses up the user's other resets as well. */
export async function useLink(sql: Sql, { tokenHash, purpose }: PresentedLink): Promise<UsedLink | undefined> {
  const [link] = await sql.run<UsedLink>(USE, [tokenHash, purpose]);
  if (link?.user_id) await sql.run(USE_OTHERS, [link.user_id]);
  return link;
}

const USE = {
  name: 'use-link',
  text: `
    UPDATE one_time_links SET used_at = now()
    WHERE token_hash = $1 AND purpose = $2 AND ${IS_OPEN}
    RETURNING tenant_id, user_id, email, role, name`,
};

const USE_OTHERS = {
  name: 'use-other-resets',
  text: `UPDATE one_time_links SET used_at = now() WHERE user_id = $1 AND used_at IS NULL`,
};

import type { NormalEmail } from '#rules/lead/email.js';
import type { Role } from '#rules/access/role.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { findTenant } from './find-tenant.js';
import { userOfEmail } from './team.js';

/** Locks an email until the transaction ends, so that no other command of the operator gives it an account. */
export async function lockEmail(sql: Sql, email: NormalEmail): Promise<void> {
  await sql.run(LOCK, [email]);
}

const LOCK = {
  name: 'lock-email',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('email:' || $1, 0))`,
};

export interface TenantName {
  readonly tenant_id: string;
  readonly business_name: string;
}

/** Finds the tenant of the user who has this email, deactivated or not. @returns undefined if no user has it. */
export async function tenantOfUser(tx: Transaction, email: NormalEmail): Promise<TenantName | undefined> {
  const user = await userOfEmail(tx, email);
  if (user === null) return undefined;
  const { id, business_name } = await findTenant(tx, user.tenant_id);
  return { tenant_id: id, business_name };
}

export interface EarlierInvitation extends TenantName {
  readonly role: Role;
  readonly name: string | null;
}

/** Lists the latest unused invitation of this email by each tenant, expired ones included, latest first. */
export function earlierInvitations(sql: Sql, email: NormalEmail): Promise<EarlierInvitation[]> {
  return sql.run(INVITED, [email]);
}

const INVITED = {
  name: 'earlier-invitations',
  text: `
    SELECT tenant_id, business_name, role, name FROM (
      SELECT DISTINCT ON (l.tenant_id) l.tenant_id, t.business_name, l.role, l.name, l.created_at
      FROM one_time_links l JOIN tenants t ON t.id = l.tenant_id
      WHERE l.purpose = 'invitation' AND l.used_at IS NULL AND l.email = $1
      ORDER BY l.tenant_id, l.created_at DESC
    ) latest ORDER BY created_at DESC, tenant_id`,
};

import { invite } from '#database/statements/access/invite.js';
import type { Sql } from '#database/connection/sql.js';
import {
  earlierInvitations,
  lockEmail,
  tenantOfUser,
  type EarlierInvitation,
} from '#database/statements/access/email-holders.js';
import { findTenantIfAny } from '#database/statements/access/find-tenant.js';
import type { NormalEmail } from '#rules/lead/email.js';
import { describeInvitation, readEmail, refusePositionals, titleOf } from './account-words.js';
import { done, refused, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsSite } from './ops-context.js';

interface Order {
  readonly email: NormalEmail;
  /** Null: the tenant that has invited this email before. */
  readonly tenantId: string | null;
}

export const TENANT_INVITE: OpsCommand = {
  name: 'tenant invite',
  usage: '--email address [--tenant id]',
  summary:
    'Prints another link for a person whose invitation is lost or over, at once; with --tenant, invites an admin of it.',
  options: { email: { type: 'string' }, tenant: { type: 'string' } },
  prepare(given) {
    refusePositionals(given, 'tenant invite');
    const order = { email: readEmail(given), tenantId: given.values['tenant'] ?? null };
    return ({ database, site }) => database.transaction((sql) => inviteAgain(sql, order, site));
  },
};

/** Invites a person again. The new invitation replaces the tenant's earlier one, whose link stops working. */
async function inviteAgain(sql: Sql, order: Order, site: OpsSite): Promise<OpsReport> {
  const { email } = order;
  await lockEmail(sql, email);
  const user = await tenantOfUser(sql, email);
  if (user) {
    return refused(
      `${email} has an account, in tenant ${titleOf(user)}, and needs no invitation: nothing is made.`,
      'A forgotten password is set anew by POST /auth/password/forgot.',
    );
  }
  const [place, ...others] = await placesFor(sql, order);
  if (!place) return refused(nowhere(order));
  if (others.length > 0) {
    const tenants = [place, ...others].map((one) => `  ${titleOf(one)}`);
    return refused(`${email} is invited to several tenants: say which with --tenant id.`, ...tenants);
  }
  const { tenant_id: tenantId, role, name } = place;
  const invited = await invite(sql, { tenantId, email, role, name, invitedBy: null });
  return done(`Tenant ${titleOf(place)} has a new invitation.`, ...describeInvitation(invited, site));
}

/**
 * Finds earlier invitations. The person keeps the role of that invitation. For a tenant that the operator names, the
 * role is admin.
 */
async function placesFor(sql: Sql, { email, tenantId }: Order): Promise<EarlierInvitation[]> {
  if (tenantId === null) return earlierInvitations(sql, email);
  const tenant = await findTenantIfAny(sql, tenantId);
  return tenant ? [{ tenant_id: tenant.id, business_name: tenant.business_name, role: 'admin', name: null }] : [];
}

function nowhere({ email, tenantId }: Order): string {
  if (tenantId !== null) return `There is no tenant ${tenantId}.`;
  return `${email} is invited to no tenant: make one with npm run ops -- tenant create --email ${email}, or name one with --tenant id.`;
}

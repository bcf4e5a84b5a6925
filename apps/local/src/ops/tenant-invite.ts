import { invite } from '#database/statements/access/invite.js';
import type { Transaction } from '#database/connection/transaction.js';
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
  /** The tenant that invites; null for the one that has invited this email before. */
  readonly tenantId: string | null;
}

export const TENANT_INVITE: OpsCommand = {
  name: 'tenant invite',
  usage: '--email address [--tenant id]',
  summary:
    'Prints another link for a person whose invitation is lost or over, at once; with --tenant, invites an admin ' +
    'of it.',
  options: { email: { type: 'string' }, tenant: { type: 'string' } },
  prepare(given) {
    refusePositionals(given, 'tenant invite');
    const order = { email: readEmail(given), tenantId: given.values['tenant'] ?? null };
    return ({ database, site }) => database.transaction((tx) => inviteAgain(tx, order, site));
  },
};

/** Invites a person again. The earlier link stops working: a tenant has one open invitation for an email. */
async function inviteAgain(tx: Transaction, order: Order, site: OpsSite): Promise<OpsReport> {
  const { email } = order;
  await lockEmail(tx, email);
  const user = await tenantOfUser(tx, email);
  if (user) {
    return refused(
      `${email} has an account, in tenant ${titleOf(user)}, and needs no invitation: nothing is made.`,
      'A forgotten password is set anew by POST /auth/password/forgot.',
    );
  }
  const [target, ...others] = await targetsOf(tx, order);
  if (!target) return refused(nowhere(order));
  if (others.length > 0) {
    const tenants = [target, ...others].map((one) => `  ${titleOf(one)}`);
    return refused(`${email} is invited to several tenants: say which with --tenant id.`, ...tenants);
  }
  const { tenant_id: tenantId, role, name } = target;
  const invited = await invite(tx, { tenantId, email, role, name, invitedBy: null });
  return done(`Tenant ${titleOf(target)} has a new invitation.`, ...describeInvitation(invited, site));
}

/**
 * Finds the tenants that may invite a person, with the role that they get. It is that of the earlier invitation, or
 * admin of a tenant that the operator names.
 */
async function targetsOf(tx: Transaction, { email, tenantId }: Order): Promise<EarlierInvitation[]> {
  if (tenantId === null) return earlierInvitations(tx, email);
  const tenant = await findTenantIfAny(tx, tenantId);
  return tenant ? [{ tenant_id: tenant.id, business_name: tenant.business_name, role: 'admin', name: null }] : [];
}

function nowhere({ email, tenantId }: Order): string {
  if (tenantId !== null) return `There is no tenant ${tenantId}.`;
  const create = `npm run ops -- tenant create --email ${email}`;
  return `${email} is invited to no tenant: make one with ${create}, or name one with --tenant id.`;
}

import type { Transaction } from '#database/connection/transaction.js';
import { invite } from '#database/statements/access/invite.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { earlierInvitations, lockEmail, tenantOfUser } from '#database/statements/access/email-holders.js';
import { insertTenant } from '#database/statements/access/insert-tenant.js';
import { voidSetupToken } from '#database/statements/access/setup-token.js';
import type { NormalEmail } from '#rules/lead/email.js';
import { describeInvitation, readEmail, readName, refusePositionals, titleOf } from './account-words.js';
import { done, refused, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsSite } from './ops-context.js';

interface NewAccount {
  readonly email: NormalEmail;
  readonly businessName: string;
  readonly name: string | null;
}

export const TENANT_CREATE: OpsCommand = {
  name: 'tenant create',
  usage: '--email address [--business-name text] [--name text]',
  summary:
    'Makes a tenant and prints the link by which its admin joins, at once; it is the way in where registration is ' +
    'closed.',
  options: { email: { type: 'string' }, 'business-name': { type: 'string' }, name: { type: 'string' } },
  prepare(given) {
    refusePositionals(given, 'tenant create');
    const email = readEmail(given);
    const businessName = readName(given, 'business-name') ?? email.slice(email.lastIndexOf('@') + 1);
    const account = { email, businessName, name: readName(given, 'name') };
    return ({ database, site }) => database.transaction((tx) => create(tx, account, site));
  },
};

/** Makes a tenant. If two operators do so for one email at once, the second is told of the first one's tenant. */
async function create(tx: Transaction, { email, businessName, name }: NewAccount, site: OpsSite): Promise<OpsReport> {
  await lockEmail(tx, email);
  const user = await tenantOfUser(tx, email);
  if (user)
    return refused(`${email} has an account, in tenant ${titleOf(user)}: nothing is made. Choose another email.`);
  const [earlier] = await earlierInvitations(tx, email);
  if (earlier) {
    return refused(
      `${email} is invited to tenant ${titleOf(earlier)} already: nothing is made.`,
      `For another link: npm run ops -- tenant invite --email ${email}`,
    );
  }
  await voidSetupToken(tx);
  const tenantId = await insertTenant(tx, businessName);
  await recordAct(tx, tenantId, { action: 'tenant.create', subject: null });
  const invited = await invite(tx, { tenantId, email, role: 'admin', name, invitedBy: null });
  const title = titleOf({ tenant_id: tenantId, business_name: businessName });
  return done(`Tenant ${title} is made.`, ...describeInvitation(invited, site));
}

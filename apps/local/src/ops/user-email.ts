import type { Transaction } from '#database/connection/transaction.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { lockEmail, tenantOfUser } from '#database/statements/access/email-holders.js';
import { changeEmail } from '#database/statements/ops/odd-emails.js';
import type { NormalEmail } from '#rules/lead/email.js';
import { readEmail, titleOf } from './account-words.js';
import { done, refused, requiredId, type OpsCommand, type OpsReport } from './ops-command.js';

export const USER_EMAIL: OpsCommand = {
  name: 'user email',
  usage: '<user_id> --email address',
  summary: 'Gives a user another email, at once; sessions and the password stay, links to the email before are void.',
  options: { email: { type: 'string' } },
  prepare(given) {
    const userId = requiredId(given, 'user');
    const email = readEmail(given);
    return ({ database }) => database.transaction((tx) => change(tx, { userId, email }));
  },
};

async function change(tx: Transaction, order: { userId: string; email: NormalEmail }): Promise<OpsReport> {
  await lockEmail(tx, order.email);
  const holder = await tenantOfUser(tx, order.email);
  if (holder) {
    return refused(
      `${order.email} has an account, in tenant ${titleOf(holder)}: nothing is changed. Choose another email.`,
    );
  }
  const tenantId = await changeEmail(tx, order);
  if (tenantId === undefined) return refused(`There is no user ${order.userId}: nothing is changed.`);
  await recordAct(tx, tenantId, { action: 'user.update', subject: order.userId, detail: { email: 'changed' } });
  return done(`User ${order.userId} of tenant ${tenantId} logs in by ${order.email} from now on.`);
}

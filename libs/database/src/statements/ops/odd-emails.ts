import type { NormalEmail } from '#rules/lead/email.js';
import { UserProfile } from '../../entities/user-profile.entity.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { voidResetsOf } from '../access/withdraw-invitations.js';
import { MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';

export interface SuspectEmail {
  readonly user_id: string;
  readonly tenant_id: string;
  readonly email: string;
}

/** Lists users whose email may differ from its normal form. Runs in a transaction that may take minutes. */
export function suspectEmails(sql: Sql): Promise<SuspectEmail[]> {
  return sql.run<SuspectEmail>(SUSPECTS);
}

/**
 * Selects emails that may differ from their normal form. Emails of small ASCII letters have it, unless their domain is
 * written in the DNS's way.
 */
const SUSPECTS = {
  name: 'emails-that-may-be-odd',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: String.raw`
    SELECT id AS user_id, tenant_id, email FROM user_profiles
    WHERE email ~ '[^\x21-\x40\x5b-\x7e]' ORDER BY created_at, id`,
};

/** Returns the users who have these emails. */
export function holdersOfEmails(sql: Sql, emails: readonly NormalEmail[]): Promise<{ id: string; email: string }[]> {
  return sql.run<{ id: string; email: string }>(HOLDERS, [emails]);
}

const HOLDERS = {
  name: 'holders-of-emails',
  text: 'SELECT id, email FROM user_profiles WHERE email = ANY($1::text[])',
};

/**
 * Changes a user's email and voids the links that were sent to the old one. The caller has locked the new email and
 * found it free.
 * @returns the user's tenant; undefined if there is no such user.
 */
export async function changeEmail(
  tx: Transaction,
  { userId, email }: { userId: string; email: NormalEmail },
): Promise<string | undefined> {
  const user = await tx.manager.findOne(UserProfile, { select: { id: true, tenant_id: true }, where: { id: userId } });
  if (user === null) return undefined;
  await voidResetsOf(tx, userId);
  await tx.manager.update(UserProfile, { id: userId }, { email });
  return user.tenant_id;
}

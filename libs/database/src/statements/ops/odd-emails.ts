import { normalEmail, type NormalEmail } from '#rules/lead/email.js';
import { UserProfile } from '../../entities/user-profile.entity.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { voidResetsOf } from '../access/withdraw-invitations.js';
import { MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';

/** A user whose email is not in its normal form because another user has that form. Nobody can log in with it. */
export interface OddEmail {
  readonly user_id: string;
  readonly tenant_id: string;
  readonly email: string;
  readonly normal: NormalEmail;
  /** The user who has the normal form; null if the form is too long for an email. */
  readonly holder_id: string | null;
}

/** Lists users from before emails had a normal form, at most `limit`. Runs in a transaction that may take minutes. */
export async function oddEmails(sql: Sql, limit: number): Promise<OddEmail[]> {
  const users = await sql.run<Omit<OddEmail, 'normal' | 'holder_id'>>(SUSPECTS);
  const odd = users
    .map((user) => ({ ...user, normal: normalEmail(user.email) }))
    .filter(({ email, normal }) => email !== normal)
    .slice(0, limit);
  const holders = await sql.run<{ id: string; email: string }>(HOLDERS, [odd.map(({ normal }) => normal)]);
  const idOf = new Map(holders.map(({ id, email }) => [email, id]));
  return odd.map((user) => ({ ...user, holder_id: idOf.get(user.normal) ?? null }));
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

import type { Sql } from '#database/connection/sql.js';
import { holdersOfEmails, suspectEmails, type SuspectEmail } from '#database/statements/ops/odd-emails.js';
import { normalEmail, type NormalEmail } from '#rules/lead/email.js';

/**
 * Lists users from before emails had a normal form, at most `limit`. Runs in a transaction that may take minutes.
 *
 * 1. Read the emails that may differ from their normal form, and keep those that do.
 * 2. Find the users who have the normal forms.
 */
export async function findOddEmails(sql: Sql, limit: number): Promise<OddEmail[]> {
  const users = await suspectEmails(sql);
  const odd = users
    .map((user) => ({ ...user, normal: normalEmail(user.email) }))
    .filter(({ email, normal }) => email !== normal)
    .slice(0, limit);
  const holders = await holdersOfEmails(
    sql,
    odd.map(({ normal }) => normal),
  );
  const idOf = new Map(holders.map(({ id, email }) => [email, id]));
  return odd.map((user) => ({ ...user, holder_id: idOf.get(user.normal) ?? null }));
}

/** A user whose email is not in its normal form because another user has that form. Nobody can log in with it. */
export interface OddEmail extends SuspectEmail {
  readonly normal: NormalEmail;
  /** The user who has the normal form; null if the form is too long for an email. */
  readonly holder_id: string | null;
}

import type { Transaction } from '#database/connection/transaction.js';
import { markLinkUsed, type PresentedLink, type UsedLink } from '#database/statements/access/one-time-links.js';
import { voidResetsOf } from '#database/statements/access/withdraw-invitations.js';

/**
 * Uses a link up.
 *
 * 1. Check and mark the link in one statement, so that only one of two concurrent uses succeeds.
 * 2. If it belongs to a user, use up the user's other resets, too.
 */
export async function useLink(tx: Transaction, presented: PresentedLink): Promise<UsedLink | undefined> {
  const link = await markLinkUsed(tx, presented);
  if (link?.user_id) await voidResetsOf(tx, link.user_id);
  return link;
}

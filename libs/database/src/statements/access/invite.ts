import { digest, newSecret } from '#config/secrets.js';
import type { Transaction } from '../../connection/transaction.js';
import { recordAct } from '../audit/audit-log.js';
import type { InvitationRow } from '../../entities/one-time-link.entity.js';
import { insertInvitation, type Inviting } from './one-time-links.js';

const INVITATION_HOURS = 7 * 24;

export interface Invited {
  readonly invitation: InvitationRow;
  /** The secret of the link. It is shown here alone: the database has its hash. */
  readonly token: string;
}

/** Invites a person by a link that works once, and writes the audit log. A transaction does this last. */
export async function invite(tx: Transaction, person: Inviting): Promise<Invited> {
  const token = newSecret('ot_');
  const invitation = await insertInvitation(tx, { ...person, tokenHash: digest(token), hours: INVITATION_HOURS });
  const { tenantId, role } = person;
  await recordAct(tx, tenantId, { action: 'user.invite', subject: invitation.id, detail: { role } });
  return { invitation, token };
}

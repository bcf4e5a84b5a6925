import { digest, newSecret } from '#config/secrets.js';
import type { Sql } from '../../connection/sql.js';
import { recordAct } from '../audit/audit-log.js';
import { insertInvitation, type InvitationRow, type Inviting } from './one-time-links.js';

const INVITATION_HOURS = 7 * 24;

export interface Invited {
  readonly invitation: InvitationRow;
  /** Told here only: its hash is kept. */
  readonly token: string;
}

/** Invites a person by a link that works once, and writes it down: the last thing that a transaction does. */
export async function invite(sql: Sql, person: Inviting): Promise<Invited> {
  const token = newSecret('ot_');
  const invitation = await insertInvitation(sql, { ...person, tokenHash: digest(token), hours: INVITATION_HOURS });
  const { tenantId, role } = person;
  await recordAct(sql, tenantId, { action: 'user.invite', subject: invitation.id, detail: { role } });
  return { invitation, token };
}

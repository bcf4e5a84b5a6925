import { Injectable } from '@nestjs/common';
import { digest } from '#config/secrets.js';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { insertUser } from '#database/statements/access/credentials.js';
import { invite } from '#database/statements/access/invite.js';
import { violatesUnique } from '#database/connection/postgres-error.js';
import type { Transaction } from '#database/connection/transaction.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import {
  revokeApiKeysOf,
  voidResetsOf,
  withdrawInvitationsOf,
} from '#database/statements/access/withdraw-invitations.js';
import { deleteInvitation, isLinkOpen, listInvitations } from '#database/statements/access/one-time-links.js';
import { revokeSessions } from '#database/statements/access/sessions.js';
import { listTeam, userOfEmail } from '#database/statements/access/team.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import { AccountLinks } from '../auth/account-links.js';
import { hashPassword } from '../auth/passwords.js';
import { SessionTokens } from '../auth/session-tokens.js';
import { useLink } from '../auth/use-link.js';
import { Limits } from '../limits/limits.js';
import { editUser } from './edit-user.js';
import type { TokensView } from '../auth/auth.dto.js';
import type { CurrentUser } from '../http/current-user.js';
import { cursorPage, type CursorQuery } from '../fields/cursor-page.js';
import type {
  AcceptInvitationBody,
  InvitationAnswer,
  InvitationsAnswer,
  InviteBody,
  TeamAnswer,
  TeamUserAnswer,
  UpdateUserBody,
} from './team.dto.js';

/** Lists, invites and changes the users of a tenant. */
@Injectable()
export class TeamService {
  constructor(
    private readonly database: Database,
    private readonly links: AccountLinks,
    private readonly sessions: SessionTokens,
    private readonly limits: Limits,
  ) {}

  async list(tenantId: string, query: CursorQuery): Promise<TeamAnswer> {
    const { rows, next_cursor } = await cursorPage('users', query, (page) => listTeam(this.database, tenantId, page));
    return { users: rows, next_cursor };
  }

  /**
   * Changes a user. A deactivated user is logged out at once. Their sessions stay ended if they are activated again.
   */
  update(tenantId: string, userId: string, edits: UpdateUserBody): Promise<TeamUserAnswer> {
    if (edits.keep_api_keys !== undefined && !endsAdmin(edits)) throw keepsNothing();
    const work = async (tx: Transaction): Promise<TeamUserAnswer> => {
      const { keep_api_keys: _keeps, ...columns } = edits;
      const user = await editUser(tx, { tenantId, userId, edits: columns });
      const closed = await this.closeDoors(tx, { tenantId, userId, edits });
      const { role, is_active } = edits;
      await recordAct(tx, tenantId, {
        action: 'user.update',
        subject: userId,
        detail: { role, is_active, ...closed },
      });
      return { user, ...closed };
    };
    return acrossTenants(() => this.database.transaction(work));
  }

  /**
   * Ends the sessions and resets of a user who is deactivated. Revokes the keys and withdraws the invitations of a user
   * who is no longer an active admin.
   */
  private async closeDoors(
    tx: Transaction,
    { tenantId, userId, edits }: { tenantId: string; userId: string; edits: UpdateUserBody },
  ): Promise<Pick<TeamUserAnswer, 'revoked_api_keys' | 'withdrawn_invitations'>> {
    if (edits.is_active === false) {
      await revokeSessions(tx, { userId });
      await voidResetsOf(tx, userId);
    }
    if (!endsAdmin(edits)) return { revoked_api_keys: [], withdrawn_invitations: [] };
    return {
      revoked_api_keys: edits.keep_api_keys ? [] : await revokeApiKeysOf(tx, { tenantId, userId }),
      withdrawn_invitations: await withdrawInvitationsOf(tx, { tenantId, userId }),
    };
  }

  async invite(
    { tenant_id: tenantId, id: invitedBy }: CurrentUser,
    { email, role }: InviteBody,
  ): Promise<InvitationAnswer> {
    const holder = await acrossTenants(() => this.database.transaction((tx) => userOfEmail(tx, email)));
    if (holder) throw duplicateEmail(holder.tenant_id === tenantId ? holder.id : null);
    await this.limits.countInvitation(email);
    const person = { tenantId, email, role, name: null, invitedBy };
    const { invitation, token } = await this.database.transaction((tx) => invite(tx, person));
    const link = { purpose: 'invitation', email, token, expires_at: invitation.expires_at } as const;
    void this.links.deliver(link).catch((error: unknown) => this.links.complain(error));
    return { invitation, link: this.links.urlOf(link) };
  }

  async listInvitations(tenantId: string, query: CursorQuery): Promise<InvitationsAnswer> {
    const { rows, next_cursor } = await cursorPage('invitations', query, (page) =>
      listInvitations(this.database, tenantId, page),
    );
    return { invitations: rows, next_cursor };
  }

  async withdraw(tenantId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await deleteInvitation(tx, { tenantId, id }))) throw new DomainError('invitation_not_found');
      await recordAct(tx, tenantId, { action: 'user.withdraw_invitation', subject: id });
    });
  }

  async accept({ token, password, name }: AcceptInvitationBody, userAgent: string | null): Promise<TokensView> {
    const invited = { tokenHash: digest(token), purpose: 'invitation' } as const;
    if (!(await acrossTenants(() => isLinkOpen(this.database, invited)))) throw new DomainError('link_invalid');
    const passwordHash = await hashPassword(password);
    try {
      const join = async (tx: Transaction): Promise<TokensView> => {
        const link = await useLink(tx, invited);
        if (!link?.role) throw new DomainError('link_invalid');
        const { tenant_id, email, role } = link;
        const user = { tenant_id, email, name: name ?? link.name, role, password_hash: passwordHash };
        const userId = await insertUser(tx, user);
        return this.sessions.open(tx, userId, { action: 'user.join', userAgent });
      };
      return await acrossTenants(() => this.database.transaction(join));
    } catch (error) {
      throw violatesUnique(error, 'user_profiles_email_key') ? new DomainError('email_taken') : error;
    }
  }
}

/** @param userId the holder of the email; null for a user of another tenant, of whom nothing is said. */
function duplicateEmail(userId: string | null): DomainError {
  if (userId === null)
    return new DomainError('email_taken', {}, 'Email already registered: invite the person by another email');
  const detail = `Email already registered: it is user ${userId} of your tenant (PATCH /users/${userId})`;
  return new DomainError('email_taken', { user_id: userId }, detail);
}

function endsAdmin({ is_active, role }: UpdateUserBody): boolean {
  return is_active === false || (role !== undefined && role !== 'admin');
}

function keepsNothing(): InvalidFields {
  const message = 'is accepted only with is_active false, or with another role than admin';
  return new InvalidFields([{ field: 'keep_api_keys', message }]);
}

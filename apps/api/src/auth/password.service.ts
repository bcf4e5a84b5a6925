import { Injectable } from '@nestjs/common';
import { digest, newSecret } from '#config/secrets.js';
import { acrossTenants, currentActor, identifyActor } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findPasswordHash, setPassword } from '#database/statements/access/credentials.js';
import { insertPasswordReset, isLinkOpen, useLink } from '#database/statements/access/one-time-links.js';
import { revokeSessions } from '#database/statements/access/sessions.js';
import type { NormalEmail } from '#rules/lead/email.js';
import { DomainError } from '#rules/errors/domain-error.js';
import type { SessionUser } from '../http/current-user.js';
import { logAttack } from '../limits/attack-log.js';
import { Limits } from '../limits/limits.js';
import { AccountLinks } from './account-links.js';
import type { ChangePasswordBody, ResetPasswordBody } from './auth.dto.js';
import { hashPassword, isPassword } from './passwords.js';

const RESET_MINUTES = 60;

/** Passwords are changed by those who know them, and reset by those who read the account's mail. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly database: Database,
    private readonly links: AccountLinks,
    private readonly limits: Limits,
  ) {}

  /** The session that this is done in goes on, the user's others end. */
  async change(user: SessionUser, { current_password, new_password }: ChangePasswordBody): Promise<void> {
    const { id: userId, tenant_id: tenantId, session_id: sessionId } = user;
    await this.limits.countPasswordGuess(userId);
    const known = await acrossTenants(() => findPasswordHash(this.database, userId));
    if (known === undefined || !(await isPassword(current_password, known))) {
      logAttack('password_guess_failed', { account: userId });
      throw new DomainError('wrong_password');
    }
    await this.limits.forgivePasswordGuess(userId);
    const passwordHash = await hashPassword(new_password);
    await acrossTenants(() =>
      this.database.transaction(async (sql) => {
        await setPassword(sql, userId, passwordHash);
        await revokeSessions(sql, { userId, except: sessionId });
        await recordAct(sql, tenantId, { action: 'password.change', subject: userId });
      }),
    );
  }

  /**
   * Says nothing of whether somebody has this email, nor by the time it takes: the link is made after the answer. A
   * person gets few of them an hour, whoever asks; the answer does not say so.
   */
  async forget(email: NormalEmail): Promise<void> {
    await this.limits.countForgotten(currentActor().ip ?? '');
    void this.sendReset(email).catch((error: unknown) => this.links.complain(error));
  }

  private async sendReset(email: NormalEmail): Promise<void> {
    if (!(await this.limits.mayMailReset(email))) return;
    const token = newSecret('ot_');
    const wanted = { tokenHash: digest(token), email, minutes: RESET_MINUTES };
    const link = await acrossTenants(() => insertPasswordReset(this.database, wanted));
    if (!link) return;
    await this.links.deliver({ purpose: 'password_reset', email: link.email, token, expires_at: link.expires_at });
  }

  /** All sessions of the user end: whoever reset it may not be alone in them. */
  async reset({ token, new_password }: ResetPasswordBody): Promise<void> {
    const wanted = { tokenHash: digest(token), purpose: 'password_reset' } as const;
    if (!(await acrossTenants(() => isLinkOpen(this.database, wanted)))) throw new DomainError('link_invalid');
    const passwordHash = await hashPassword(new_password);
    await acrossTenants(() =>
      this.database.transaction(async (sql) => {
        const link = await useLink(sql, wanted);
        if (!link?.user_id) throw new DomainError('link_invalid');
        await setPassword(sql, link.user_id, passwordHash);
        await revokeSessions(sql, { userId: link.user_id });
        identifyActor({ kind: 'user', id: link.user_id, tenantId: link.tenant_id });
        await recordAct(sql, link.tenant_id, { action: 'password.reset', subject: link.user_id });
      }),
    );
  }
}

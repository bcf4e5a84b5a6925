import { Injectable } from '@nestjs/common';
import { digest, newSecret } from '#config/secrets.js';
import { acrossTenants, currentActor, identifyActor } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { findPasswordHash, setPassword } from '#database/statements/access/credentials.js';
import { insertPasswordReset, isLinkOpen } from '#database/statements/access/one-time-links.js';
import { revokeSessions } from '#database/statements/access/sessions.js';
import type { NormalEmail } from '#rules/lead/email.js';
import { DomainError } from '#rules/errors/domain-error.js';
import type { SessionUser } from '../http/current-user.js';
import { logAttack } from '../limits/attack-log.js';
import { Limits } from '../limits/limits.js';
import { AccountLinks } from './account-links.js';
import type { ChangePasswordBody, ResetPasswordBody } from './auth.dto.js';
import { useLink } from './use-link.js';
import { hashPassword, isPassword } from './passwords.js';

const RESET_MINUTES = 60;

/** Changes the password of a user who knows it, and resets that of one who reads the account's mail. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly database: Database,
    private readonly links: AccountLinks,
    private readonly limits: Limits,
  ) {}

  /** Changes a password. The session that asks for it continues; the user's other sessions end. */
  async change(user: SessionUser, { current_password, new_password }: ChangePasswordBody): Promise<void> {
    const { id: userId, tenant_id: tenantId, session_id: sessionId } = user;
    await this.limits.countPasswordGuess(userId);
    const known = await acrossTenants(() => this.database.transaction((tx) => findPasswordHash(tx, userId)));
    if (known === undefined || !(await isPassword(current_password, known))) {
      logAttack('password_guess_failed', { account: userId });
      throw new DomainError('wrong_password');
    }
    await this.limits.forgivePasswordGuess(userId);
    const passwordHash = await hashPassword(new_password);
    await acrossTenants(() =>
      this.database.transaction(async (tx) => {
        await setPassword(tx, userId, passwordHash);
        await revokeSessions(tx, { userId, except: sessionId });
        await recordAct(tx, tenantId, { action: 'password.change', subject: userId });
      }),
    );
  }

  /**
   * Sends a link to the user of this email, after the answer. So neither the answer nor its time tells if a user has
   * this email. A user gets few links an hour, and the answer does not tell that either.
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

  /** Resets a password. All sessions of the user end, as another person may be in them. */
  async reset({ token, new_password }: ResetPasswordBody): Promise<void> {
    const wanted = { tokenHash: digest(token), purpose: 'password_reset' } as const;
    if (!(await acrossTenants(() => isLinkOpen(this.database, wanted)))) throw new DomainError('link_invalid');
    const passwordHash = await hashPassword(new_password);
    await acrossTenants(() =>
      this.database.transaction(async (tx) => {
        const link = await useLink(tx, wanted);
        if (!link?.user_id) throw new DomainError('link_invalid');
        await setPassword(tx, link.user_id, passwordHash);
        await revokeSessions(tx, { userId: link.user_id });
        identifyActor({ kind: 'user', id: link.user_id, tenantId: link.tenant_id });
        await recordAct(tx, link.tenant_id, { action: 'password.reset', subject: link.user_id });
      }),
    );
  }
}

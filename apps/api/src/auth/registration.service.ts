import { Inject, Injectable } from '@nestjs/common';
import type { Registration } from '#config/registration-config.js';
import { acrossTenants, currentActor } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { violatesUnique } from '#database/connection/postgres-error.js';
import type { Transaction } from '#database/connection/transaction.js';
import { insertTenantWithAdmin, type NewTenant } from '#database/statements/access/credentials.js';
import { userOfEmail } from '#database/statements/access/team.js';
import { useSetupToken } from '#database/statements/access/setup-token.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import { logAttack } from '../limits/attack-log.js';
import { Limits } from '../limits/limits.js';
import type { RegisterBody, TokensView } from './auth.dto.js';
import { hashPassword } from './passwords.js';
import { SessionTokens } from './session-tokens.js';
import { REGISTRATION, SetupTokens } from './setup-tokens.js';

/** Registers new businesses, each with its first user. */
@Injectable()
export class RegistrationService {
  constructor(
    @Inject(REGISTRATION) private readonly registration: Registration,
    private readonly database: Database,
    private readonly sessions: SessionTokens,
    private readonly setup: SetupTokens,
    private readonly limits: Limits,
  ) {}

  async register(body: RegisterBody, userAgent: string | null): Promise<TokensView> {
    const setupHash = await this.authorize(body.setup_token);
    const { email, password, name = null, business_name } = body;
    const holder = await acrossTenants(() => this.database.transaction((tx) => userOfEmail(tx, email)));
    if (holder) throw new DomainError('email_taken');
    const tenant = { email, name, business_name, password_hash: await hashPassword(password) };
    const tokens = await this.create(tenant, { setupHash, userAgent });
    if (setupHash) await this.setup.forget();
    return tokens;
  }

  /** Checks that a client may register. @returns the hash of the setup token to use up, null without one. */
  private async authorize(token: string | undefined): Promise<Buffer | null> {
    if (this.registration !== 'first') {
      if (token !== undefined) throw fieldError('is accepted only where REGISTRATION is first');
      return null;
    }
    if (token === undefined) throw fieldError('is required: the operator reads it with npm run ops -- setup-token');
    const ip = currentActor().ip ?? '';
    await this.limits.countSetupGuess(ip);
    const hash = await this.setup.hashOfRight(token);
    if (!hash) {
      logAttack('setup_token_failed');
      throw new DomainError('setup_token_wrong');
    }
    await this.limits.forgiveSetupGuess(ip);
    return hash;
  }

  private async create(
    tenant: NewTenant,
    { setupHash, userAgent }: { setupHash: Buffer | null; userAgent: string | null },
  ): Promise<TokensView> {
    const work = async (tx: Transaction): Promise<TokensView> => {
      if (setupHash && !(await useSetupToken(tx, setupHash))) throw new DomainError('registration_closed');
      const userId = await insertTenantWithAdmin(tx, tenant);
      return this.sessions.open(tx, userId, { action: 'tenant.register', userAgent });
    };
    try {
      return await acrossTenants(() => this.database.transaction(work));
    } catch (error) {
      throw violatesUnique(error, 'user_profiles_email_key') ? new DomainError('email_taken') : error;
    }
  }
}

function fieldError(message: string): InvalidFields {
  return new InvalidFields([{ field: 'setup_token', message }]);
}

import { Inject, Injectable, Logger, type OnApplicationBootstrap, type CanActivate } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import type { Registration } from '#config/registration-config.js';
import { digest } from '#config/secrets.js';
import { makeSetupToken, readSetupToken, removeSetupToken } from '#config/setup-token-file.js';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { offerSetupToken, readSetup, type SetupState } from '#database/statements/access/setup-token.js';
import { DomainError } from '#rules/errors/domain-error.js';

/** Injection token of the setting that says who may register. */
export const REGISTRATION = Symbol('Registration');

/** Injection token of the data directory. */
export const DATA_DIR = Symbol('DataDir');

/**
 * Makes and checks the token with which the first person registers (REGISTRATION=first). The database has its hash, for
 * every process. The process that made it keeps it in its data directory, for `npm run ops -- setup-token`.
 */
@Injectable()
export class SetupTokens implements OnApplicationBootstrap {
  private readonly logger = new Logger('SetupTokens');

  constructor(
    @Inject(REGISTRATION) private readonly registration: Registration,
    @Inject(DATA_DIR) private readonly dataDir: string,
    private readonly database: Database,
  ) {}

  /** Makes the token. A process starts even if this fails, as the operator has a command that makes one. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.registration !== 'first') return;
    await this.prepare().catch((error: unknown) => {
      this.logger.warn('No setup token was made; make one with: npm run ops -- setup-token', { err: error });
    });
  }

  /** Tells if there is a tenant: setup tokens are rejected from then on. */
  async isOver(): Promise<boolean> {
    return (await this.read()).is_set_up;
  }

  /** Checks a token in constant time. @returns its hash if it is the right one, else null. */
  async hashOfRight(token: string): Promise<Buffer | null> {
    const { token_hash: known } = await this.read();
    const presented = digest(token);
    return known !== null && timingSafeEqual(known, presented) ? presented : null;
  }

  /** Removes the file of a token that is void. If this fails, the file stays, and its token is void all the same. */
  async forget(): Promise<void> {
    await removeSetupToken(this.dataDir).catch((error: unknown) => {
      this.logger.warn('The used setup token was not removed; it is void all the same', { err: error });
    });
  }

  private read(): Promise<SetupState> {
    return acrossTenants(() => readSetup(this.database));
  }

  private async prepare(): Promise<void> {
    const before = await this.read();
    if (before.is_set_up) return this.forget();
    if (before.token_hash === null) {
      const hash = digest(await makeSetupToken(this.dataDir));
      await acrossTenants(() => offerSetupToken(this.database, hash));
    }
    await this.forgetOther();
    this.logger.log(
      'Nobody has an account yet: POST /auth/register wants the token that npm run ops -- setup-token prints',
    );
  }

  /** Removes this process's token if another process made one at the same time, and that one is valid. */
  private async forgetOther(): Promise<void> {
    const kept = await readSetupToken(this.dataDir);
    if (kept !== null && (await this.hashOfRight(kept)) === null) await this.forget();
  }
}

/** Rejects registrations while they are closed. Runs before the body is checked, so that a try reveals nothing. */
@Injectable()
export class RegistrationGuard implements CanActivate {
  constructor(
    @Inject(REGISTRATION) private readonly registration: Registration,
    private readonly setup: SetupTokens,
  ) {}

  async canActivate(): Promise<boolean> {
    if (this.registration === 'closed') throw new DomainError('registration_closed');
    if (this.registration === 'first' && (await this.setup.isOver())) throw new DomainError('registration_closed');
    return true;
  }
}

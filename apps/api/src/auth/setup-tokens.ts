import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import type { Registration } from '#config/registration-config.js';
import { digest } from '#config/secrets.js';
import { makeSetupToken, readSetupToken, removeSetupToken } from '#config/setup-token-file.js';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { offerSetupToken, readSetup, type SetupState } from '#database/statements/access/setup-token.js';

/** Under this token the module keeps who may register. */
export const REGISTRATION = Symbol('Registration');

/** Under this token the module keeps the data directory. */
export const DATA_DIR = Symbol('DataDir');

/**
 * The token with which the first person registers (REGISTRATION=first). The database has its hash, which counts for
 * every process; the process that made it has it in its data directory, for `npm run ops -- setup-token`.
 */
@Injectable()
export class SetupTokens implements OnApplicationBootstrap {
  private readonly logger = new Logger('SetupTokens');

  constructor(
    @Inject(REGISTRATION) private readonly registration: Registration,
    @Inject(DATA_DIR) private readonly dataDir: string,
    private readonly database: Database,
  ) {}

  /** A token that cannot be kept keeps no process from starting: the operator has a command that makes one. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.registration !== 'first') return;
    await this.prepare().catch((error: unknown) => {
      this.logger.warn(`No setup token was made: ${String(error)}. Make one with: npm run ops -- setup-token`);
    });
  }

  /** There is a tenant: nobody registers with a setup token any more. */
  async isOver(): Promise<boolean> {
    return (await this.read()).is_set_up;
  }

  /** @returns the hash of a token that is the right one, null of any other, in the same time. */
  async hashOfRight(token: string): Promise<Buffer | null> {
    const { token_hash: known } = await this.read();
    const presented = digest(token);
    return known !== null && timingSafeEqual(known, presented) ? presented : null;
  }

  /** The file goes when its token opens nothing any more; one that stays opens nothing either. */
  async forget(): Promise<void> {
    await removeSetupToken(this.dataDir).catch((error: unknown) => {
      this.logger.warn(`The used setup token was not removed: ${String(error)}. It opens nothing.`);
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

  /** Counts one token where several processes made one at once; the others' open nothing. */
  private async forgetOther(): Promise<void> {
    const kept = await readSetupToken(this.dataDir);
    if (kept !== null && (await this.hashOfRight(kept)) === null) await this.forget();
  }
}

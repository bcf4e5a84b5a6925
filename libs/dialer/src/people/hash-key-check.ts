import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ConfigurationError } from '#config/settings.js';
import { acrossTenants } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { keepHashCheck, readHashCheck } from '#database/statements/people/person-hash-check.js';
import { PersonHash } from './person-hash.js';

/**
 * Verdict on a hash key. `first`: no key is known yet. `unused`: the key has changed, and no person was erased under
 * the old one. `wrong`: erased people would be called again.
 */
export type HashKeyVerdict = 'right' | 'first' | 'unused' | 'wrong';

export async function judgeHashKey(sql: Sql, hash: PersonHash): Promise<HashKeyVerdict> {
  const { check, has_erased } = await readHashCheck(sql);
  if (check === null) return 'first';
  if (check.equals(hash.check)) return 'right';
  return has_erased ? 'wrong' : 'unused';
}

export const HASH_KEY_CHANGED =
  'The key that erased people are hashed with has changed: they would be called again. ' +
  'With the AUTH_SECRET of before (or as AUTH_SECRET_PREVIOUS), npm run ops -- person-hash-key prints ' +
  'what PERSON_HASH_KEY has to be; set it for all processes.';

/** Refuses to start a process that could not recognize erased people. */
@Injectable()
export class HashKeyCheck implements OnModuleInit {
  private readonly logger = new Logger('HashKeyCheck');

  constructor(
    private readonly database: Database,
    @Inject(PersonHash) private readonly hash: PersonHash,
  ) {}

  /** @throws ConfigurationError with a sentence that says what to do. */
  async onModuleInit(): Promise<void> {
    await acrossTenants(() => this.database.transaction((sql) => this.check(sql)));
  }

  private async check(sql: Sql): Promise<void> {
    const verdict = await judgeHashKey(sql, this.hash);
    if (verdict === 'right') return;
    if (verdict === 'wrong') throw new ConfigurationError(HASH_KEY_CHANGED);
    const { check: before } = await readHashCheck(sql);
    await keepHashCheck(sql, { before, check: this.hash.check });
    if (verdict === 'unused')
      this.logger.warn('The key that erased people are hashed with is another one than before; nobody was erased yet.');
    if ((await judgeHashKey(sql, this.hash)) !== 'right') throw new ConfigurationError(HASH_KEY_CHANGED);
  }
}

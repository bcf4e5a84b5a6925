import { Logger } from '@nestjs/common';
import pg, { type PoolClient } from 'pg';
import {
  RESTORE_SIGN_SENTENCES,
  restoreSigns,
  type RememberedDatabase,
  type RestoreSign,
} from '#rules/restore/restore-signs.js';
import { asEngine } from '../connection/actor.js';
import { isDeadlock } from '../connection/postgres-error.js';
import type { Sql, Statement } from '../connection/sql.js';
import { DATABASE_RESTORED, engageRestored } from '../statements/ops/engage-restored.js';
import { readStanding, rememberedOf, type PresentDatabase } from '../statements/engine/place/standing.js';
import { RestoreMemory } from './restore-memory.js';

const MOST_ATTEMPTS = 3;

/** Instruction for the operator: in the log, in /readyz, and where a command refuses. */
export const AFTER_RESTORE_HINT =
  'dialing is halted until an operator has run: npm run ops -- replay-suppressions, ' +
  'then npm run ops -- after-restore --backup-at <time>, then npm run ops -- after-restore --release';

/**
 * Tells a restored database from the one that this process knew, and halts all dialing in it. It judges every new
 * connection before the pool hands it out (`verify`). A restore always breaks the connections to the database that it
 * replaces.
 */
export class DatabaseWatch {
  private readonly logger = new Logger('DatabaseWatch');
  /** The latest finding, so that the log says it once and not at every connection. */
  private lastFound = '';

  /** @param blindTo signs that a test switches off, to show what the others find. */
  constructor(
    readonly memory: RestoreMemory,
    private readonly blindTo: readonly RestoreSign[] = [],
  ) {}

  /**
   * Verifies a connection for the pool, which discards one whose database could not be judged. The pool does not listen
   * for errors meanwhile, and an unheard error would end the process.
   */
  readonly verify = async (client: PoolClient, done: (error?: Error) => void): Promise<void> => {
    const ignore = () => undefined;
    client.on('error', ignore);
    const trouble = await this.troubleOf(client);
    client.off('error', ignore);
    done(trouble);
  };

  /** Returns the error that prevented the judgement; undefined: the database was judged. */
  private troubleOf(client: PoolClient): Promise<Error | undefined> {
    return this.check(new ClientSql(client)).then(
      () => undefined,
      (error: Error) => error,
    );
  }

  /** Judges the database of one connection. Dialing in a restored one is halted when this returns. */
  async check(sql: Sql): Promise<void> {
    for (;;) {
      const known = await this.memory.known();
      const present = await readStanding(sql);
      if (present.in_recovery) throw new Error('The database is a standby: DATABASE_URL must lead to the primary.');
      const signs = this.signsOf(known.get(present.installation_id) ?? null, present);
      if (signs.length === 0) return this.note(present);
      const found = { signs, acceptanceId: present.acceptance?.id ?? null };
      const outcome = await asEngine(() => inTransaction(sql, () => engageRestored(sql, found)));
      if (outcome !== 'accepted') return this.tell(present, signs);
    }
  }

  private signsOf(remembered: RememberedDatabase | null, present: PresentDatabase): RestoreSign[] {
    return restoreSigns(remembered, present).filter((sign) => !this.blindTo.includes(sign));
  }

  /** Remembers the database, unless it counts as restored: then an operator has to release it first. */
  private note(present: PresentDatabase): void {
    if (!present.is_restored) this.memory.note(present.installation_id, rememberedOf(present));
  }

  private tell({ installation_id, acceptance }: PresentDatabase, signs: readonly RestoreSign[]): void {
    const found = `${installation_id} ${acceptance?.id} ${signs.join(' ')}`;
    if (found === this.lastFound) return;
    this.lastFound = found;
    this.logger.error('The database was restored from a backup; dialing is halted until an operator releases it', {
      code: DATABASE_RESTORED,
      signs: signs.map((sign) => RESTORE_SIGN_SENTENCES[sign]),
      hint: AFTER_RESTORE_HINT,
    });
  }
}

const BEGIN = { name: '', text: 'BEGIN' };
const COMMIT = { name: '', text: 'COMMIT' };
const ROLLBACK = { name: '', text: 'ROLLBACK' };

async function inTransaction<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      await sql.run(BEGIN);
      const result = await work();
      await sql.run(COMMIT);
      return result;
    } catch (error) {
      await sql.run(ROLLBACK).catch(() => undefined);
      if (attempt === MOST_ATTEMPTS || !isDeadlock(error)) throw error;
    }
  }
}

/** A connection that the pool has not handed out yet. */
class ClientSql implements Sql {
  constructor(private readonly client: PoolClient) {}

  async run<Row extends pg.QueryResultRow>({ name, text }: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    const named = name === '' ? { text } : { name, text, values: [...values] };
    return (await this.client.query<Row>(named)).rows;
  }
}

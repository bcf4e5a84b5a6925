import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { raiseDialingCounter } from '#database/statements/engine/place/standing.js';
import { DatabasePoll } from '#database/watch/database-poll.js';
import { DatabaseWatch } from '#database/watch/database-watch.js';

/** Longest time that one raise covers. A backup that is older than a call by more than this has a lower counter. */
const RAISE_EVERY_MS = 1_000;

/**
 * Raises the dialing counter before a call that follows a second without a raise, and once after the last call. A
 * backup that lacks a call therefore lacks a value of the counter, which this process remembers.
 */
@Injectable()
export class DialingMark implements BeforeApplicationShutdown {
  private readonly logger = new Logger('DialingMark');
  private raisedAt = -Infinity;
  private raised: string | null = null;
  private raising: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isDialing = false;

  constructor(
    private readonly database: Database,
    private readonly poll: DatabasePoll,
    private readonly watch: DatabaseWatch,
  ) {}

  /**
   * Raises the counter if a second has passed. The caller awaits this before it commits calls.
   * A database that was found to be restored is not asked for its counter: its kill switch decides.
   * @returns the least value that the counter has in the database.
   * @throws Error if the counter cannot be raised: then no call is placed.
   */
  async before(): Promise<string> {
    if (performance.now() - this.raisedAt >= RAISE_EVERY_MS) await this.raise();
    this.isDialing = true;
    this.timer ??= setTimeout(() => void this.after(), RAISE_EVERY_MS);
    return this.raised ?? '0';
  }

  /** Checks at once whether this connection leads to a restored database. */
  look(): Promise<void> {
    return this.poll.look();
  }

  /** Raises the counter after the last calls of this process, before it ends. */
  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.after();
  }

  private async after(): Promise<void> {
    this.timer = undefined;
    if (!this.isDialing) return;
    this.isDialing = false;
    await this.raise().catch((error: unknown) => {
      this.isDialing = true;
      this.logger.warn('Dialing counter was not raised; it will be before the next call', { err: error });
    });
  }

  /** Raises the counter and saves its value on the disk. Callers at the same time share one raise. */
  private raise(): Promise<void> {
    return (this.raising ??= this.raiseOnce().finally(() => (this.raising = null)));
  }

  private async raiseOnce(): Promise<void> {
    this.raised = await raiseDialingCounter(this.database);
    await this.poll.look();
    await this.watch.memory.keep();
    this.raisedAt = performance.now();
  }
}

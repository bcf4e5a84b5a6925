import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { raiseDialingCounter } from '#database/statements/engine/place/standing.js';
import { DatabasePoll } from '#database/watch/database-poll.js';
import { DatabaseWatch } from '#database/watch/database-watch.js';

/**
 * A backup that was taken within this time before a call, of a system that ends as fast after it, is the only one that
 * has the counter too.
 */
const RAISE_EVERY_MS = 1_000;

/**
 * Raises the dialing counter before a call that follows a second without a raise, and once more after the last call: so
 * a backup that lacks a call lacks a value of the counter, which this process remembers.
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
   * To be awaited before calls are committed to be placed. @returns the counter's value that the database has at least;
   * of one that was found to be restored nothing is asked, and its kill switch decides.
   * @throws Error where it cannot be raised: nothing is placed then.
   */
  async before(): Promise<string> {
    if (performance.now() - this.raisedAt >= RAISE_EVERY_MS) await this.raise();
    this.isDialing = true;
    this.timer ??= setTimeout(() => void this.after(), RAISE_EVERY_MS);
    return this.raised ?? '0';
  }

  /** Judges the database at once: a connection leads to one that has been restored. */
  look(): Promise<void> {
    return this.poll.look();
  }

  /** The last calls that this process has placed are marked before it ends. */
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
      this.logger.warn(`The dialing counter was not raised and will be before the next call: ${String(error)}`);
    });
  }

  /** Remembered on the disk when it resolves; callers that come meanwhile share it. */
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

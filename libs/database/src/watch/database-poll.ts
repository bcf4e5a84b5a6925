import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Poller } from '#runtime/poller.js';
import { Database } from '../connection/database.js';
import { DatabaseWatch } from './database-watch.js';

const LOOK_EVERY_MS = 5_000;

/**
 * Judges the database at intervals, so that what is remembered of it is recent. A pooler may also exchange the database
 * behind an open connection.
 */
@Injectable()
export class DatabasePoll implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('DatabasePoll');
  private readonly poller = new Poller(
    { pauseMs: LOOK_EVERY_MS, firstPauseMs: LOOK_EVERY_MS, isBackground: true },
    () => this.lookAndMend(),
  );

  constructor(
    private readonly database: Database,
    private readonly watch: DatabaseWatch,
  ) {}

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.poller.stop();
    await this.watch.memory.mend();
  }

  /**
   * Judges the database now.
   * @throws Error if it cannot be read.
   */
  look(): Promise<void> {
    return this.database.onConnection((sql) => this.watch.check(sql));
  }

  private async lookAndMend(): Promise<void> {
    try {
      await this.look();
      await this.watch.memory.mend();
    } catch (error) {
      this.logger.warn('Database could not be judged; the next round tries again', { err: error });
    }
  }
}

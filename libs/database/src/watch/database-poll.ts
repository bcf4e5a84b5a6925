import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
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
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly watch: DatabaseWatch,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.round;
    await this.watch.memory.mend();
  }

  /**
   * Judges the database now.
   * @throws Error if it cannot be read.
   */
  look(): Promise<void> {
    return this.database.onConnection((sql) => this.watch.check(sql));
  }

  private schedule(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.round = this.lookAndMend().finally(() => this.schedule());
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  private async lookAndMend(): Promise<void> {
    try {
      await this.look();
      await this.watch.memory.mend();
    } catch (error) {
      this.logger.warn(`The database could not be looked at and will be again: ${String(error)}`);
    }
  }
}

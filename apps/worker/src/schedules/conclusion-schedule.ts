import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Concluder } from '#dialer/sweep/concluder.js';
import { Poller } from '#runtime/poller.js';

const LOOK_EVERY_MS = 1_000;

/** Looks every second for conversations that are over. Several workers share them. */
@Injectable()
export class ConclusionSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ConclusionSchedule');
  private readonly poller = new Poller({ pauseMs: LOOK_EVERY_MS }, () => this.concludeDue());

  constructor(private readonly concluder: Concluder) {}

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  /** Stops the concluder while the database is still connected. */
  async beforeApplicationShutdown(): Promise<void> {
    const lastRound = this.poller.stop();
    const stopped = this.concluder.stop();
    await lastRound;
    await stopped;
    await this.concluder.settled();
  }

  private async concludeDue(): Promise<void> {
    try {
      await this.concluder.concludeDue();
    } catch (error) {
      this.logger.warn('Conversations could not be concluded; the next round tries again', { err: error });
    }
  }
}

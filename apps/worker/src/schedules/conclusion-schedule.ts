import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Concluder } from '#dialer/sweep/concluder.js';

const LOOK_EVERY_MS = 1_000;

/** Looks every second for conversations that are over. Several workers share them. */
@Injectable()
export class ConclusionSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ConclusionSchedule');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly concluder: Concluder) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  /** Stops the concluder while the database is still connected. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    const stopped = this.concluder.stop();
    await this.round;
    await stopped;
    await this.concluder.settled();
  }

  private schedule(milliseconds: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.round = this.concludeDue().finally(() => this.schedule(LOOK_EVERY_MS));
    }, milliseconds);
  }

  private async concludeDue(): Promise<void> {
    try {
      await this.concluder.concludeDue();
    } catch (error) {
      this.logger.warn('Conversations could not be concluded; the next round tries again', { err: error });
    }
  }
}

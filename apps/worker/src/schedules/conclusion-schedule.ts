import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { foreignText } from '#runtime/foreign-text.js';
import { Concluder } from '#dialer/sweep/concluder.js';

const LOOK_EVERY_MS = 1_000;

/** Looks for conversations that are over; several workers take some each. */
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

  /** While the database is still there. */
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
      this.round = this.takeUp().finally(() => this.schedule(LOOK_EVERY_MS));
    }, milliseconds);
  }

  private async takeUp(): Promise<void> {
    try {
      await this.concluder.takeUp();
    } catch (error) {
      this.logger.warn(`Conversations could not be looked for and will be again: ${foreignText(error)}`);
    }
  }
}

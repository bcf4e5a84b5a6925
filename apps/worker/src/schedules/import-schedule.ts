import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ImportRunner } from '#dialer/imports/import-runner.js';

const LOOK_EVERY_MS = 500;

/** Looks twice a second for imports to process. Each worker processes one at a time. */
@Injectable()
export class ImportSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ImportSchedule');
  private readonly holder = `${process.pid}:${randomUUID()}`;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly runner: ImportRunner) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  /** Ends a running import at its present batch. Another worker resumes it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.runner.stop();
    await this.round;
  }

  private schedule(milliseconds: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.round = this.runAll().finally(() => this.schedule(LOOK_EVERY_MS));
    }, milliseconds);
  }

  private async runAll(): Promise<void> {
    try {
      while (!this.isStopped && (await this.runner.runNext(this.holder)));
    } catch (error) {
      this.logger.warn('Imports could not be processed; the next round tries again', { err: error });
    }
  }
}

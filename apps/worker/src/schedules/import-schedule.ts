import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { foreignText } from '#runtime/foreign-text.js';
import { ImportRunner } from '#dialer/imports/import-runner.js';

const LOOK_EVERY_MS = 500;

/** Looks for files to work off; several workers take one each. */
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

  /** An import that is under way ends at its present batch; another worker goes on with it. */
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
      this.logger.warn(`Imports could not be looked for and will be again: ${foreignText(error)}`);
    }
  }
}

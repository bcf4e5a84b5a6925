import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ImportRunner } from '#dialer/imports/import-runner.js';
import { Poller } from '#runtime/poller.js';

const LOOK_EVERY_MS = 500;

/** Looks twice a second for imports to process. Each worker processes one at a time. */
@Injectable()
export class ImportSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ImportSchedule');
  private readonly holder = `${process.pid}:${randomUUID()}`;
  private readonly poller = new Poller({ pauseMs: LOOK_EVERY_MS }, () => this.runAll());

  constructor(private readonly runner: ImportRunner) {}

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  /** Ends a running import at its present batch. Another worker resumes it. */
  async beforeApplicationShutdown(): Promise<void> {
    const lastRound = this.poller.stop();
    this.runner.stop();
    await lastRound;
  }

  private async runAll(): Promise<void> {
    try {
      while (!this.poller.isStopped && (await this.runner.runNext(this.holder)));
    } catch (error) {
      this.logger.warn('Imports could not be processed; the next round tries again', { err: error });
    }
  }
}

import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Database } from '#database/connection/database.js';
import { LeaseWatch } from '#dialer/leases/lease-watch.js';
import { SuppressionLog } from '#dialer/restore/suppression-log.js';
import { Poller } from '#runtime/poller.js';

const LOOK_EVERY_MS = 1_000;

/** Lease of a round: longer than the longest append to a log that is down. */
const LEASE_SECONDS = 30;

/** Writes SUPPRESSION_LOG, in one worker at a time. */
@Injectable()
export class SuppressionSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('SuppressionSchedule');
  private readonly holder = `${process.pid}:${randomUUID()}`;
  private readonly poller = new Poller({ pauseMs: LOOK_EVERY_MS }, () => this.drainIfMine());
  private isPrepared = false;

  private readonly lease: LeaseWatch;

  constructor(
    database: Database,
    private readonly log: SuppressionLog,
  ) {
    this.lease = new LeaseWatch(database, { name: 'suppression-log', seconds: LEASE_SECONDS });
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  private async drainIfMine(): Promise<void> {
    try {
      if (!this.isPrepared) await this.log.prepare();
      this.isPrepared = true;
      if (!this.log.isWritten) return void this.poller.stop();
      if (await this.lease.acquire(this.holder)) await this.log.drain();
    } catch (error) {
      this.logger.warn('SUPPRESSION_LOG was not written; the next round tries again', { err: error });
    }
  }
}

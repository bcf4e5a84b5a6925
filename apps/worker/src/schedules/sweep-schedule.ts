import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Database } from '#database/connection/database.js';
import { SettingsChange } from '#dialer/campaigns/settings-change.js';
import { LeaseWatch } from '#dialer/leases/lease-watch.js';
import { Retention } from '#dialer/people/retention.js';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { Poller } from '#runtime/poller.js';
import { ProviderLease } from '../provider/provider-lease.js';

const SWEEP_EVERY_MS = 2_000;

const RETENTION_EVERY_MS = 3_600_000;

/** Seconds without a renewal after which another worker may sweep. */
const LEASE_SECONDS = 5;

/**
 * Sweeps every two seconds, in one worker at a time. It uses a timer and a lease in the database, and no BullMQ
 * scheduler. The sweeper repairs an emptied or absent queue, so it must not depend on one
 * (docs/decisions/0003-sweeper-without-queue.md).
 */
@Injectable()
export class SweepSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('SweepSchedule');
  private readonly holder = `${hostname()}:${process.pid}:${randomUUID()}`.slice(-100);
  private readonly lease: LeaseWatch;
  private readonly poller = new Poller({ pauseMs: SWEEP_EVERY_MS }, () => this.sweepIfMine());
  private retainedAt = -Infinity;

  constructor(
    database: Database,
    private readonly sweeper: Sweeper,
    private readonly retention: Retention,
    private readonly settingsChange: SettingsChange,
    private readonly providerLease: ProviderLease,
  ) {
    this.lease = new LeaseWatch(database, { name: 'sweep', seconds: LEASE_SECONDS });
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  private async sweepIfMine(): Promise<void> {
    try {
      if (!(await this.providerLease.maySweep())) return;
      const isMine = await this.lease.acquire(this.holder);
      if (!isMine) return;
      await this.settingsChange.answer();
      await this.sweeper.sweep();
      await this.applyRetention();
    } catch (error) {
      this.logger.warn('Sweep was cut short; the next round tries again', { err: error });
    }
  }

  private async applyRetention(): Promise<void> {
    if (performance.now() - this.retainedAt < RETENTION_EVERY_MS) return;
    this.retainedAt = performance.now();
    const { recordings, transcripts } = await this.retention.apply();
    if (recordings + transcripts === 0) return;
    this.logger.log('Deleted what has been kept for long enough', { recordings, transcripts });
  }
}

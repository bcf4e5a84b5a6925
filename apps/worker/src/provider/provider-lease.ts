import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { giveUpLease } from '#database/statements/engine/locks/leases.js';
import { LeaseWatch } from '#dialer/leases/lease-watch.js';
import { TELEPHONY_PROVIDER } from '#dialer/routes/telephony-provider.token.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';

/** Seconds without a renewal after which another worker may have the lease, by that worker's clock. */
const LEASE_SECONDS = 10;

/** Milliseconds after which the holder itself stops relying on its lease, by its own clock. */
const BELIEVED_MS = 9_000;

/**
 * Lease on the environment's provider, for providers whose calls belong to one process. Any other provider needs none:
 * each worker may place and review all calls.
 */
@Injectable()
export class ProviderLease {
  private readonly isWanted: boolean;
  private readonly name: string;
  private readonly watch: LeaseWatch;
  private believedUntilMs = -Infinity;
  /** True once the state of the lease is known. */
  private isAsked = false;

  constructor(
    private readonly database: Database,
    @Inject(TELEPHONY_PROVIDER) provider: TelephonyProvider,
  ) {
    this.isWanted = provider.claim !== undefined;
    this.name = `provider:${provider.name}`;
    this.watch = new LeaseWatch(database, { name: this.name, seconds: LEASE_SECONDS });
  }

  /** True if this worker may place calls. False for a process that was frozen, until it has renewed the lease. */
  get isOwner(): boolean {
    return !this.isWanted || performance.now() < this.believedUntilMs;
  }

  /**
   * Acquires or renews the lease.
   * @returns false if another worker has it.
   * @throws when the database is down: then no worker can acquire it.
   */
  async acquire(holder: string): Promise<boolean> {
    const askedAtMs = performance.now();
    const isMine = await this.watch.acquire(holder);
    this.believedUntilMs = isMine ? askedAtMs + BELIEVED_MS : -Infinity;
    this.isAsked = true;
    return isMine;
  }

  async giveUp(holder: string): Promise<void> {
    this.believedUntilMs = -Infinity;
    await giveUpLease(this.database, { name: this.name, holder });
  }

  /** Notes that another process of this host has the provider, so that there is no lease to acquire. */
  standBy(): void {
    this.isAsked = true;
  }

  /** Returns true if this worker may review live calls: it has the lease, or no worker has it. */
  async maySweep(): Promise<boolean> {
    if (this.isOwner) return true;
    return this.isAsked && !(await this.watch.isOwned());
  }
}

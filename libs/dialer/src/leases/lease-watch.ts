import type { Sql } from '#database/connection/sql.js';
import { standingLease, acquireLease, type StandingLease } from '#database/statements/engine/locks/leases.js';

interface SeenLease extends StandingLease {
  /** Time since which the lease has stood unchanged, by this process's monotonic clock. */
  readonly sinceMs: number;
}

/**
 * Watches one lease for a process that wants it. A holder that has not renewed it within its duration is gone. The
 * watcher measures that by its own monotonic clock. So a change of the database's clock does not move the end of a
 * lease.
 */
export class LeaseWatch {
  private seen: SeenLease | null = null;

  constructor(
    private readonly sql: Sql,
    private readonly lease: { readonly name: string; readonly seconds: number },
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * Acquires the lease, or renews it.
   * @returns false while another process has it.
   */
  async acquire(holder: string): Promise<boolean> {
    const dead = this.isOver() ? this.seen : null;
    if (await acquireLease(this.sql, { ...this.lease, holder, dead })) {
      this.seen = null;
      return true;
    }
    await this.look();
    return false;
  }

  /** Returns true if some process has the lease, as far as this process can tell. */
  async isOwned(): Promise<boolean> {
    await this.look();
    return this.seen !== null && !this.isOver();
  }

  private async look(): Promise<void> {
    const lease = await standingLease(this.sql, this.lease.name);
    const { seen } = this;
    if (!lease || lease.expires_at === '-infinity') this.seen = null;
    else if (seen?.holder !== lease.holder || seen.expires_at !== lease.expires_at)
      this.seen = { ...lease, sinceMs: this.nowMs() };
  }

  private isOver(): boolean {
    return this.seen !== null && this.nowMs() - this.seen.sinceMs >= this.lease.seconds * 1000;
  }
}

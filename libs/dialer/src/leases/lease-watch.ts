import type { Sql } from '#database/connection/sql.js';
import { standingLease, takeLease, type StandingLease } from '#database/statements/engine/locks/leases.js';

interface SeenLease extends StandingLease {
  /** Since when it has stood unchanged, by this process's monotonic clock. */
  readonly sinceMs: number;
}

/**
 * One lease, as a process sees it that wants it. A holder that has not renewed it for as long as it lasts is gone: that
 * is counted by the watcher's own monotonic clock, so that a database whose clock is set takes no lease from a holder
 * that lives, and keeps none for one that is dead.
 */
export class LeaseWatch {
  private seen: SeenLease | null = null;

  constructor(
    private readonly sql: Sql,
    private readonly lease: { readonly name: string; readonly seconds: number },
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Takes the lease, or renews it. @returns false while another process has it. */
  async take(holder: string): Promise<boolean> {
    const dead = this.isOver() ? this.seen : null;
    if (await takeLease(this.sql, { ...this.lease, holder, dead })) {
      this.seen = null;
      return true;
    }
    await this.look();
    return false;
  }

  /** Whether somebody holds it, as far as this process can tell. */
  async isHeld(): Promise<boolean> {
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

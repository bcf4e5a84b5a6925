import { remember } from '#runtime/bounded-map.js';

const MOST_REMEMBERED = 100_000;

/**
 * Counts for how long live dialer jobs have been in view, by this process's monotonic clock. The sum stands in the
 * job's row and outlives the process; what another sweeper has added meanwhile is taken over, and time in which nobody
 * looked counts for nothing.
 */
export class JobWatch {
  private readonly seen = new Map<string, { readonly atMs: number; readonly watchedMs: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @returns how long the job has been watched by now, in milliseconds; the caller writes it to the job's row. */
  watch({ dialer_job_id: id, watched_ms: storedMs }: { dialer_job_id: string; watched_ms: number }): number {
    const atMs = this.nowMs();
    const before = this.seen.get(id);
    const isOurs = before?.watchedMs === storedMs;
    const watchedMs = isOurs ? storedMs + Math.floor(atMs - before.atMs) : storedMs;
    remember(this.seen, [id, { atMs, watchedMs }], MOST_REMEMBERED);
    return watchedMs;
  }

  forget(dialerJobId: string): void {
    this.seen.delete(dialerJobId);
  }
}

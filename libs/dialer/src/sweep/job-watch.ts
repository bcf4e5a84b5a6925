import { BoundedMap } from '#runtime/bounded-map.js';

const MOST_REMEMBERED = 100_000;

/**
 * Counts how long sweepers have watched live dialer jobs, by this process's monotonic clock. The sum stands in the
 * job's row and outlives the process. Time that another sweeper has added is kept. Time in which no sweeper looked does
 * not count.
 */
export class JobWatch {
  private readonly seen = new BoundedMap<string, { readonly atMs: number; readonly watchedMs: number }>(
    MOST_REMEMBERED,
  );

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @returns how long the job has been watched by now, in milliseconds; the caller writes it to the job's row. */
  watch({ dialer_job_id: id, watched_ms: storedMs }: { dialer_job_id: string; watched_ms: number }): number {
    const atMs = this.nowMs();
    const before = this.seen.get(id);
    const isOurs = before?.watchedMs === storedMs;
    const watchedMs = isOurs ? storedMs + Math.floor(atMs - before.atMs) : storedMs;
    this.seen.set(id, { atMs, watchedMs });
    return watchedMs;
  }

  forget(dialerJobId: string): void {
    this.seen.delete(dialerJobId);
  }
}

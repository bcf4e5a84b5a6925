/** Dialer jobs that wait for their turn on a timer. They occupy no concurrency slot. */
export class DelayedJobs {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private isClosed = false;

  /** Calls `then` after the wait, unless closed before. A job that waits already is not scheduled twice. */
  schedule(dialerJobId: string, waitMs: number, then: () => void): void {
    if (this.isClosed || this.timers.has(dialerJobId)) return;
    const due = () => {
      this.timers.delete(dialerJobId);
      then();
    };
    this.timers.set(dialerJobId, setTimeout(due, waitMs));
  }

  /** Drops all jobs. The sweeper republishes them for other workers. */
  close(): void {
    this.isClosed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}

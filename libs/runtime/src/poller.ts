export interface PollerTimes {
  /** Pause between the end of a round and the next one. */
  readonly pauseMs: number;
  /** Pause before the first round. */
  readonly firstPauseMs?: number;
  /** True if a process may end while the poller waits. */
  readonly isBackground?: boolean;
}

/** Runs a round of work, pauses, and runs the next one. Rounds never overlap. */
export class Poller {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isOver = false;

  /** @param work handles its own errors. */
  constructor(
    private readonly times: PollerTimes,
    private readonly work: () => Promise<void>,
  ) {}

  get isStopped(): boolean {
    return this.isOver;
  }

  start(): void {
    this.schedule(this.times.firstPauseMs ?? 0);
  }

  /** Schedules no further round, and waits for the one that runs. Work that ends the polling itself must not wait. */
  async stop(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private schedule(milliseconds: number): void {
    if (this.isOver) return;
    this.timer = setTimeout(() => {
      this.round = this.work().finally(() => this.schedule(this.times.pauseMs));
    }, milliseconds);
    if (this.times.isBackground) this.timer.unref();
  }
}

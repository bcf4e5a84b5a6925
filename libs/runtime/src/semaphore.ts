/** Lets at most `most` pieces of work run at a time. Others wait, and begin in the order in which they came. */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly whenIdle: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /** Runs `work` as soon as a slot is free, and returns its result. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.reserve();
    if (turn) await turn;
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  /** Resolves once `work` has begun, and does not wait for its end. `work` handles its own errors. */
  async begin(work: () => Promise<void>): Promise<void> {
    const turn = this.reserve();
    if (turn) await turn;
    void work().finally(() => this.release());
  }

  /** Resolves when no work is running. */
  async idle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  /** @returns undefined when the slot is free already. */
  private reserve(): Promise<void> | undefined {
    if (this.running >= this.most) return new Promise((resolve) => this.waiting.push(resolve));
    this.running += 1;
    return undefined;
  }

  /** Passes the slot on to the work that has waited longest. */
  private release(): void {
    const next = this.waiting.shift();
    if (next) return next();
    this.running -= 1;
    if (this.running === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}

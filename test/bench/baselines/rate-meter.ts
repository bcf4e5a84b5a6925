/**
 * Counts things per second in a window that begins after a warm-up. The window ends after its seconds, or with the last
 * thing.
 */
export class RateMeter {
  readonly rate: Promise<number>;
  private resolve: (rate: number) => void = () => undefined;
  private counted = 0;
  private firstAt = 0;
  private window: { from: number; countedBefore: number } | undefined;

  constructor(private readonly plan: { things: number; warmUpSeconds: number; seconds: number }) {
    this.rate = new Promise((resolve) => (this.resolve = resolve));
  }

  count(): void {
    const now = performance.now();
    this.counted += 1;
    this.firstAt ||= now;
    if (this.window) this.endWhenDue(now, this.window);
    else if (now - this.firstAt >= this.plan.warmUpSeconds * 1000)
      this.window = { from: now, countedBefore: this.counted };
    else if (this.counted === this.plan.things) this.resolve((1000 * this.counted) / (now - this.firstAt));
  }

  private endWhenDue(now: number, { from, countedBefore }: { from: number; countedBefore: number }): void {
    const isOver = now - from >= this.plan.seconds * 1000 || this.counted === this.plan.things;
    if (isOver) this.resolve((1000 * (this.counted - countedBefore)) / (now - from));
  }
}

/**
 * Runs `work` on everything that came in while the previous run was going on: alone when it is quiet, in large sets under load, and
 * never later for it. When a set fails, each of its items is tried by itself, so that one bad item harms no other.
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private isRunning = false;

  constructor(
    private readonly work: (items: Item[]) => Promise<Result[]>,
    private readonly maxItems: number,
  ) {}

  /** Resolves with the item's own result, in the order of `items` that `work` was given. */
  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      void this.drain();
    });
  }

  private async drain(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.waiting.length > 0) await this.run(this.waiting.splice(0, this.maxItems));
    this.isRunning = false;
  }

  private async run(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await this.run([one]);
    }
  }
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

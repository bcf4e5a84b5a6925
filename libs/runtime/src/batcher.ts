/**
 * Runs `work` on all items that arrived during the previous run. A lone item runs at once, and load makes large sets.
 * If a set fails, its items are tried one by one, so that a bad item harms no other. A failure that is not retryable
 * (`isNotRetryable`) rejects the whole set.
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private isRunning = false;

  constructor(
    private readonly work: (items: Item[]) => Promise<Result[]>,
    private readonly options: BatcherOptions,
  ) {}

  /** Submits an item. Resolves with its own result; `work` returns results in the order of its items. */
  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      void this.drain();
    });
  }

  private async drain(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.waiting.length > 0) await this.run(this.waiting.splice(0, this.options.maxItems));
    this.isRunning = false;
    this.options.onIdle?.();
  }

  private async run(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length === 1 || this.options.isNotRetryable?.(error)) for (const { reject } of batch) reject(error);
      else for (const one of batch) await this.run([one]);
    }
  }
}

export interface BatcherOptions {
  readonly maxItems: number;
  readonly isNotRetryable?: (error: unknown) => boolean;
  /** Called when no work is left. */
  readonly onIdle?: () => void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs a batcher per key, for as long as it has work. Work under one key never delays another key. */
export class KeyedBatcher<Item, Result> {
  private readonly batchers = new Map<string, Batcher<Item, Result>>();

  constructor(
    private readonly work: (items: Item[]) => Promise<Result[]>,
    private readonly options: Omit<BatcherOptions, 'onIdle'>,
  ) {}

  /** Returns true if there is work under the key. */
  isBusy(key: string): boolean {
    return this.batchers.has(key);
  }

  submit(key: string, item: Item): Promise<Result> {
    const batcher =
      this.batchers.get(key) ?? new Batcher(this.work, { ...this.options, onIdle: () => this.batchers.delete(key) });
    this.batchers.set(key, batcher);
    return batcher.submit(item);
  }
}
